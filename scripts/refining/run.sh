# scripts/evaluate --data: the figures of refinement, beside scikit-learn's in the same run; sourced by scripts/evaluate.
# shellcheck shell=bash disable=SC2154 # the variables of scripts/evaluate

refining() {
    "$root/scripts/setup" --evaluate >&2
    need_bin
    # Beside the program: it places a million demands.
    if [[ $(readlink -f "$bin") == "$(readlink -f "$root/.build/release/chorus")" ]]; then
        swift build --package-path "$root" -c release --product chorus-topics-bench >&2
    fi
    local cache=${XDG_CACHE_HOME:-$HOME/.cache}/chorus-refining
    local requirements=$root/scripts/refining/requirements.txt
    if ! cmp -s "$requirements" "$cache/requirements.txt"; then
        echo "Installing scikit-learn from PyPI into $cache" >&2
        mkdir -p "$cache"
        python3 -m venv --clear "$cache/venv" >&2
        "$cache/venv/bin/pip" install --quiet --disable-pip-version-check -r "$requirements" >&2
        cp "$requirements" "$cache/requirements.txt"
    fi
    # One core for both sides where speed is compared.
    export PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
    exec "$cache/venv/bin/python" "$root/scripts/refining/main.py" --binary "$(readlink -f "$bin")" "$@"
}
