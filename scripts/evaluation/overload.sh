# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

# Holds the tenant's lock, fills the real queue over HTTP, and times what is refused meanwhile.
overload() {
    new_home overload
    start_server
    echo "A database that holds every append up"
    local operator holder number keys=
    for number in 1 2 3 4 5; do keys+=" $("$bin" keys create --name "overload-$number" --scope collector 2>/dev/null)"; done
    operator=$(operator_url)
    # Its session holds the head row until its input ends.
    coproc HOLD { psql "$operator" -XAtq; }
    holder=$HOLD_PID
    echo "BEGIN; SELECT 'held', pg_backend_pid() FROM log.heads WHERE tenant_id = 1 FOR UPDATE;" >&"${HOLD[1]}"
    local word
    read -r word <&"${HOLD[0]}"
    [[ $word == held* ]] || fail "The lock could not be taken."
    CHORUS_KEYS=$keys python3 "$root/scripts/evaluation/overload.py" "$url" "$work/accepted.json" &
    local loader=$!
    # It says when it has measured, and then waits for its accepted messages.
    local deadline=$((SECONDS + 120))
    until [[ -e $work/accepted.json.measured ]]; do
        kill -0 "$loader" 2>/dev/null || break
        ((SECONDS < deadline)) || { kill "$loader"; break; }
        read -r -t 0.05 <> <(:) || true
    done
    echo "ROLLBACK; \\q" >&"${HOLD[1]}"
    wait "$holder" 2>/dev/null || true
    if ! wait "$loader"; then differences=1; fi
    [[ -r $work/accepted.json ]] || { echo "  DIFFERENT the queue was not full within 120 s"; differences=1; return; }
    local told stored
    told=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["accepted"])' "$work/accepted.json")
    stored=$(psql "$operator" -XAtq -c "SELECT count(*) FROM log.events WHERE type = 'FeedbackReceived'")
    same "messages stored once the lock went, as many as were accepted" "$told" "$stored"
}
