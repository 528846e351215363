# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name



counts() {
    echo "$1"
    settle
    same "demands in review.demand_board" "$lines" "$(reviewer 'SELECT sum(demands) FROM review.demand_board')"
    same "people" "$people" "$(reviewer 'SELECT people FROM review.participation_total')"
    same "demands by day" "$days" \
        "$(reviewer 'SELECT day, sum(demands) FROM review.demand_board GROUP BY day ORDER BY day')"
    for view in demand_board demand_board_week demand_board_day; do
        same "demands in aggregates.$view" "$lines" "$(analyst "SELECT sum(demands) FROM aggregates.$view")"
    done
    same "messages in aggregates.participation" "$lines" \
        "$(analyst 'SELECT sum(messages) FROM aggregates.participation')"
}

share() {
    printf '  shown     %s: %s %%\n' "$1" "$(analyst "
        SELECT round(100.0 * COALESCE(sum(demands) FILTER (WHERE $3 IS NOT NULL), 0) / sum(demands), 2)
        FROM aggregates.$2")"
}

counts() {
    new_home counts
    start_server
    echo "Import of $lines messages"
    import_messages --release | sed 's/^/  /'
    compare_counts "After the import"
    share "category x month" demand_board category_code
    share "category x week" demand_board_week category_code
    share "day" demand_board_day day
    stop_server
    start_server
    compare_counts "After a restart"
    "$root/scripts/rebuild-projections" | sed 's/^/  /'
    compare_counts "After a rebuild"
    import_messages --release | sed 's/^/  /'
    compare_counts "After the same import again"
    other=$("$bin" keys create --name second --scope collector | grep -oE 'chorus_sk_[0-9A-Za-z]+' | head -n 1)
    import_messages --key "$other" | sed 's/^/  /'
    compare_counts "After the same import with another key"
}
