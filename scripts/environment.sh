# What the scripts share; sourced by them, not run. Sets root, bin and CHORUS_HOME whatever folder one is in.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# The program: CHORUS_BIN when set, else what scripts/start builds.
bin=${CHORUS_BIN:-$root/.build/release/chorus}
# Without this, every folder one starts from would get a database of its own.
export CHORUS_HOME=${CHORUS_HOME:-$root/.chorus}

# fail TEXT...: the text on stderr, then the end.
fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# The program must be there already: the scripts that only use it build nothing.
need_bin() {
    [[ -x $bin ]] || fail "There is no $bin yet." "Run $root/scripts/start once: it builds it (or set CHORUS_BIN)."
}
