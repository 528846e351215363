# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

groups() {
    local survey=$all_data/survey-micro/osmi-2014/survey.csv comments=$work/comments.csv busiest=$work/busiest.ndjson
    need_data "$survey"
    new_home groups
    start_server
    echo "Comments of a survey, with a group and a place each"
    python3 - "$survey" "$comments" <<'PYTHON'
import csv, sys
with open(sys.argv[1], newline="") as file:
    rows = [row for row in csv.DictReader(file) if row["comments"] not in ("", "NA")]
for row in rows:
    # One of them is a blank, which is no text: it counts all the same.
    if not row["comments"].strip(): row["comments"] = "(blank)"
with open(sys.argv[2], "w", newline="") as file:
    writer = csv.DictWriter(file, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
PYTHON
    "$bin" import feedback "$comments" --url "$url" \
        --map text=comments,groups=tech_company,place=Country,externalId=response_id,occurredAt=Timestamp \
        --set "groupTie=occupation,channel=web,source=osmi" --timezone UTC | sed 's/^/  /'
    settle
    same "demands in all" "$(count_rows "$comments" "'all'")" \
        "$(reviewer "SELECT 'all', sum(demands) FROM review.demand_board")"
    same "demands by group" "$(count_rows "$comments" 'row["tech_company"]')" \
        "$(reviewer 'SELECT group_name, demands FROM review.demand_board_by_group_total ORDER BY group_name COLLATE "C"')"
    same "demands by group and place" "$(count_rows "$comments" 'row["tech_company"] + " " + row["Country"]')" \
        "$(reviewer "SELECT group_name || ' ' || place, sum(demands) FROM review.demand_board_by_group GROUP BY 1" |
            LC_ALL=C sort)"
    same "demands by place" "$(count_rows "$comments" 'row["Country"]')" \
        "$(reviewer 'SELECT place, sum(demands) FROM review.demand_board GROUP BY place ORDER BY place COLLATE "C"')"
    same "their tie" occupation "$(reviewer 'SELECT DISTINCT unnest(ties) FROM review.demand_board_by_group')"
    same "messages heard by group" "$(count_rows "$comments" 'row["tech_company"]')" \
        "$(reviewer "SELECT name, messages FROM review.coverage WHERE dimension = 'group' ORDER BY name COLLATE \"C\"")"

    new_home busiest
    start_server
    echo "The messages of the person who sent most"
    python3 - "$messages" "$busiest" <<'PYTHON'
import collections, json, sys
lines = open(sys.argv[1]).readlines()
users = [json.loads(line)["user"] for line in lines]
busiest = collections.Counter(users).most_common(1)[0][0]
open(sys.argv[2], "w").writelines(line for line, user in zip(lines, users) if user == busiest)
PYTHON
    "$bin" import feedback "$busiest" --url "$url" "${import_arguments[@]:5}" | sed 's/^/  /'
    settle
    same "messages and people" "$(wc -l <"$busiest")|1" \
        "$(reviewer 'SELECT messages, people FROM review.participation_total')"
    same "messages and people of the channel" "$(wc -l <"$busiest")|1" \
        "$(reviewer "SELECT messages, people FROM review.coverage WHERE code = 'forum'")"
}
