# A server in a temporary home for measurements; sourced by them after environment.sh, not run. Wants port; sets work (a
# temporary folder), server (its pid) and database (its superuser's URL); ends and removes everything at the end.
# shellcheck shell=bash disable=SC2034,SC2154

work=$(mktemp -d)
chmod 755 "$work"
export CHORUS_HOME=$work/home
mkdir -p "$CHORUS_HOME"
server=
finish() {
    [[ -z $server ]] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    data_folder=$(readlink -f "$CHORUS_HOME/postgres" 2>/dev/null) && rm -rf "$data_folder"
    rm -rf "$work"
}
trap finish EXIT

"$bin" serve --address "127.0.0.1:$port" >"$work/server.log" 2>&1 &
server=$!
until curl -fsS -o /dev/null "http://127.0.0.1:$port/readyz" 2>/dev/null; do
    kill -0 "$server" || { cat "$work/server.log" >&2; fail "The server ended."; }
    read -r -t 0.1 <> <(:) || true
done
database=$("$bin" sql-url --role reviewer --tenant default | sed -E 's#//[^@/]*@#//chorus@#')
