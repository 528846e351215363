# A part of scripts/evaluate; sourced by it, not run.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317 # its variables; called by name

# words_in FILE: how many of ten wordings and ten senders' ids of the messages occur in it.
words_in() {
    python3 - "$messages" "$1" <<'PYTHON'
import json, sys
rows = [json.loads(line) for line in open(sys.argv[1])]
sample = rows[:: len(rows) // 10][:10]
words = [r["detail"].strip()[5:17] for r in sample] + [r["user"] for r in sample]
content = open(sys.argv[2], "rb").read()
print(sum(word.encode() in content for word in words))
PYTHON
}

words() {
    new_home words
    start_server
    echo "Words and senders"
    import_messages --release | sed 's/^/  /'
    local cluster
    cluster=$(readlink -f "$CHORUS_HOME/postgres")
    for table in events batches commands heads tenants; do
        psql "$(operator_url)" -XAtq -c "SELECT * FROM log.$table" >>"$work/log.txt"
    done
    psql "$(operator_url)" -XAtq -c "SELECT * FROM vault.passages" -c "SELECT * FROM vault.persons" >"$work/vault.txt"
    cat "$CHORUS_HOME/server.log" "$cluster"/log/* "$cluster"/start.log 2>/dev/null >"$work/logs.txt" || true
    same "of twenty, in the log's tables" 0 "$(words_in "$work/log.txt")"
    same "of twenty, in the server's and PostgreSQL's logs" 0 "$(words_in "$work/logs.txt")"
    same "of twenty, in the vault (the check can find them)" 20 "$(words_in "$work/vault.txt")"
}
