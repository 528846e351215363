# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

places() {
    local contributions=$all_data/cycling-dialogues-de/contributions.ndjson
    need_data "$contributions"
    new_home places
    start_server
    echo "Contributions of three cities, with one to four labels each"
    "$bin" import feedback "$contributions" --url "$url" \
        --map text=title,place=city,category=main_category,groups=level1,externalId=id,occurredAt=created \
        --set "groupTie=affinity,channel=web,source=cycling" | sed 's/^/  /'
    settle
    same "demands in all" "$(count_rows "$contributions" "'all'")" \
        "$(reviewer "SELECT 'all', sum(demands) FROM review.demand_board")"
    same "demands by place" "$(count_rows "$contributions" 'row["city"]')" \
        "$(reviewer 'SELECT place, sum(demands) FROM review.demand_board GROUP BY place ORDER BY place COLLATE "C"')"
    same "demands by place and category" "$(count_rows "$contributions" 'row["city"] + " " + row["main_category"]')" \
        "$(reviewer "SELECT place || ' ' || category_code, sum(demands) FROM review.demand_board GROUP BY 1" |
            LC_ALL=C sort)"
    same "demands by label" "$(count_rows "$contributions" '*sorted(set(row["level1"]))')" \
        "$(reviewer 'SELECT group_name, demands FROM review.demand_board_by_group_total ORDER BY group_name COLLATE "C"')"
    same "messages heard by place" "$(count_rows "$contributions" 'row["city"]')" \
        "$(reviewer "SELECT name, messages FROM review.coverage WHERE dimension = 'place' ORDER BY name COLLATE \"C\"")"
}
