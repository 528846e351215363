# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

categories() {
    new_home categories
    start_server
    echo "Import of the labelled messages"
    "$bin" import feedback "$labelled" --url "$url" \
        --map text=text,occurredAt=time,externalId=row,personRef=user,category=label \
        --set channel=forum,source=forum-labelled --timezone Asia/Shanghai | sed 's/^/  /'
    settle
    same "demands by category" \
        "$(python3 -c 'import json,sys
for l in open(sys.argv[1]): print(json.loads(l)["label"])' "$labelled" | LC_ALL=C sort | uniq -c | awk '{print $2"|"$1}')" \
        "$(reviewer 'SELECT category_code, sum(demands) FROM review.demand_board GROUP BY category_code ORDER BY category_code COLLATE "C"')"
    same "demands in all" "$(wc -l <"$labelled")" "$(reviewer 'SELECT sum(demands) FROM review.demand_board')"
}
