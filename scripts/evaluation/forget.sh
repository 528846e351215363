# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

# Every exact number: each view of schema review without the position, sorted; not the one that tells when it moved.
all_numbers() {
    settle
    local view columns
    for view in $(psql "$(operator_url)" -XAtq -c "SELECT viewname FROM pg_views
        WHERE schemaname = 'review' AND viewname <> 'projection_state' ORDER BY 1"); do
        columns=$(psql "$(operator_url)" -XAtq -c "SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
            FROM information_schema.columns
            WHERE table_schema = 'review' AND table_name = '$view' AND column_name <> 'log_position'")
        reviewer "SELECT '$view', $columns FROM review.$view" | LC_ALL=C sort
    done
}

# occurrences FILE...: how many of the forgotten wordings and of the sender's id occur in them.
occurrences() {
    python3 - "$work/forgotten.json" "$@" <<'PYTHON'
import json, sys
words = [word.encode() for word in json.load(open(sys.argv[1]))]
found = set()
for name in sys.argv[2:]:
    with open(name, "rb") as file:
        content = file.read()
    found |= {word for word in words if word in content}
print(len(found))
PYTHON
}

# Every row of every table and view, as text.
everything() {
    pg_dump --data-only --inserts "$(operator_url)" >"$work/dump.sql"
    reviewer "SELECT * FROM review.demand_board" >>"$work/dump.sql"
}

heap() { find "$(readlink -f "$CHORUS_HOME/postgres")/base" -type f; }

forget() {
    new_home forget
    start_server
    echo "Forgetting a person and a message"
    import_messages --release | sed 's/^/  /'
    # Short wordings lie uncompressed on disk, so that the search finds them; the control below shows it.
    python3 - "$messages" >"$work/forgotten.json" <<'PYTHON'
import collections, json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
often, _ = collections.Counter(row["user"] for row in rows).most_common(1)[0]
theirs = [row for row in rows if row["user"] == often]
single = next(row for row in rows if row["user"] != often and 40 < len(row["detail"].strip()) < 200)
words = [row["detail"].strip()[:40] for row in theirs if 40 < len(row["detail"].strip()) < 200]
others = [row for row in rows if row["user"] != often and row["id"] != single["id"]]
words = [word for word in dict.fromkeys(words) if not any(word in row["detail"] for row in others)]
json.dump([often, single["detail"].strip()[:40]] + words, sys.stdout, ensure_ascii=False)
print(f"  the sender of {len(theirs)} messages; {len(words) + 2} wordings and ids to look for", file=sys.stderr)
PYTHON
    local person wanted before release_before single
    person=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[0])' "$work/forgotten.json")
    wanted=$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))))' "$work/forgotten.json")
    single=$(python3 -c 'import json,sys
word = json.load(open(sys.argv[1]))[1]
print(next(r["id"] for r in map(json.loads, open(sys.argv[2])) if r["detail"].strip().startswith(word)))' \
        "$work/forgotten.json" "$messages")
    before=$(all_numbers)
    release_before=$(analyst "SELECT * FROM aggregates.demand_board" | LC_ALL=C sort)
    everything
    same "to be forgotten, found before (the check can find them)" "$wanted" "$(occurrences "$work/dump.sql")"
    psql "$(operator_url)" -Xq -c CHECKPOINT
    # shellcheck disable=SC2046 # names without blanks
    same "the same, in the files of the database" "$wanted" "$(occurrences $(heap))"
    "$bin" forget person --source forum-2020 --ref "$person" | sed 's/^/  /'
    "$bin" forget message --source forum-2020 --external-id "$single" | sed 's/^/  /'
    same "numbers after forgetting" "$before" "$(all_numbers)"
    "$root/scripts/rebuild-projections" | sed 's/^/  /'
    stop_server
    start_server
    same "numbers after a rebuild and a restart" "$before" "$(all_numbers)"
    same "the release" "$release_before" "$(analyst "SELECT * FROM aggregates.demand_board" | LC_ALL=C sort)"
    import_messages | sed 's/^/  /'
    same "numbers after the same import again" "$before" "$(all_numbers)"
    everything
    same "forgotten, in any row" 0 "$(occurrences "$work/dump.sql")"
    psql "$(operator_url)" -Xq -c CHECKPOINT
    # shellcheck disable=SC2046
    echo "  shown     forgotten, in dead rows before vacuuming: $(occurrences $(heap)) of $wanted"
    for table in passages persons intakes; do psql "$(operator_url)" -Xq -c "VACUUM FULL vault.$table"; done
    psql "$(operator_url)" -Xq -c CHECKPOINT
    # shellcheck disable=SC2046
    same "forgotten, in the files of the database after VACUUM FULL of the vault" 0 "$(occurrences $(heap))"
    cat "$CHORUS_HOME/server.log" "$(readlink -f "$CHORUS_HOME/postgres")"/log/* >"$work/logs.txt" 2>/dev/null || true
    same "forgotten, in the logs of server and PostgreSQL" 0 "$(occurrences "$work/logs.txt")"
}
