# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

# kill_midway WHAT: kills once some of the messages are in, whatever the importer then says.
kill_midway() {
    new_home "kill-$1"
    start_server
    local log=$work/import.log victim
    "$bin" "${import_arguments[@]}" >"$log" 2>&1 &
    local importer=$!
    if [[ $1 == server ]]; then
        victim=$server
    else
        victim=$(head -n 1 "$(readlink -f "$CHORUS_HOME/postgres")/postmaster.pid")
    fi
    # The database itself says when 800 events are in, about 400 messages.
    psql "$(operator_url)" -Xq -c "DO \$\$ BEGIN
        WHILE (SELECT max(position) FROM log.heads) < 800 LOOP PERFORM pg_sleep(0.002); END LOOP; END \$\$"
    kill -9 "$victim"
    local stored
    if [[ $1 == server ]]; then wait "$server" 2>/dev/null || true; server=; fi
    kill -9 "$importer" 2>/dev/null || true
    wait "$importer" 2>/dev/null || true
    stop_server
    start_server
    stored=$(psql "$(operator_url)" -XAtq -c "SELECT count(*) FROM log.events WHERE type = 'FeedbackReceived'")
    echo "kill -9 of the $1 after ${stored:-0} messages"
    ((${stored:-0} < lines)) || echo "  (the import was faster than the kill)"
    import_messages --release | sed 's/^/  /'
    compare_counts "After the repeated import"
}

kills() {
    kill_midway server
    kill_midway postmaster
}
