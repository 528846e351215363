# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

surveys() {
    local people=$all_data/survey-micro/young-people
    need_data "$people/responses.csv"
    need_data "$people/expected.json"
    new_home surveys
    start_server
    echo "Responses to a survey, over HTTP in bulk"
    python3 "$root/scripts/evaluation/survey_results.py" "$url" "$(cat "$CHORUS_HOME/admin.key")" "$people" >"$work/survey.txt"
    settle
    same "counts of every option, and of respondents" "$(grep ^result "$work/survey.txt")" "$(reviewer "
        SELECT 'result', question_code, option_text, responses, respondents FROM review.survey_results
        WHERE question_type = 'single' ORDER BY question_number, option_number")"
    same "n and mean of every scale" "$(grep ^scale "$work/survey.txt")" "$(reviewer "
        SELECT 'scale', question_code, n, mean FROM review.survey_scales ORDER BY question_number")"
    local responses
    responses=$(python3 -c 'import csv,sys; print(sum(1 for _ in csv.DictReader(open(sys.argv[1]))))' "$people/responses.csv")
    same "responses and people" "$responses|$responses" "$(reviewer 'SELECT responses, people FROM review.surveys')"
    "$bin" release | sed 's/^/  /'
    settle
    same "rows of questions whose sum is not that of the survey, once released" "" "$(analyst "
        SELECT question_code, sum(responses) FROM aggregates.survey_results GROUP BY question_code
        HAVING sum(responses) <> (SELECT responses FROM aggregates.surveys)")"
    same "released rows on fewer than five people" 0 \
        "$(analyst 'SELECT count(*) FROM aggregates.survey_results WHERE people + responses_unidentified < 5')"
    "$root/scripts/rebuild-projections" | sed 's/^/  /'
    same "counts after a rebuild" "$(grep ^result "$work/survey.txt")" "$(reviewer "
        SELECT 'result', question_code, option_text, responses, respondents FROM review.survey_results
        WHERE question_type = 'single' ORDER BY question_number, option_number")"
}
