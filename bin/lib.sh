# Common to bin/setup, bin/dev and bin/test. Sourced, never run.
# shellcheck shell=bash
set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$ROOT"

# Under CI the clone is thrown away; what was compiled must outlive it.
if [[ -n ${CI:-} && -z ${CARGO_TARGET_DIR:-} ]]; then
    CARGO_TARGET_DIR="${XDG_CACHE_HOME:-$HOME/.cache}/proseia/target"
fi
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$ROOT/target}"
[[ $CARGO_TARGET_DIR == /* ]] || CARGO_TARGET_DIR="$ROOT/$CARGO_TARGET_DIR"
mkdir -p "$CARGO_TARGET_DIR"

SITE_ROOT="$CARGO_TARGET_DIR/site"
# shellcheck disable=SC2034 # for bin/dev and bin/test
PROSEIA_BIN="${PROSEIA_BIN:-$CARGO_TARGET_DIR/debug/proseia}"

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
    BOLD=$'\e[1m' RED=$'\e[31m' RESET=$'\e[0m'
else
    BOLD='' RED='' RESET=''
fi

say() { printf '%s\n' "$*"; }

heading() { printf '\n%s== %s%s\n' "$BOLD" "$*" "$RESET"; }

# A sentence that says what to do, and the end.
fail() {
    printf '%s%s%s\n' "$RED" "$*" "$RESET" >&2
    exit 1
}

# Seconds since the epoch with a fraction, without starting a process.
now() { printf '%s' "${EPOCHREALTIME/,/.}"; }

# since START: the seconds until now, as "3.4 s".
since() {
    local us=$(($(now_us) - ${1/./}))
    printf '%d.%d s' $((us / 1000000)) $((us % 1000000 / 100000))
}

now_us() {
    local t
    t=$(now)
    printf '%s' "${t/./}"
}

port_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Always the default members, with only the wanted targets of them: `-p server` would switch features of the
# dependencies off and on again, and LanceDB would be compiled for each choice.
build_server() {
    cargo build --bin proseia --bin site-builder
}

# A workspace of its own (docs/adr/0004).
build_split_tool() {
    cargo build --locked --manifest-path "$ROOT/tools/wasm-split/Cargo.toml" --target-dir "$CARGO_TARGET_DIR/tools"
    export WASM_SPLIT="$CARGO_TARGET_DIR/tools/debug/wasm-split"
}

# By itself and for wasm32: together with the server the features `hydrate` and `ssr` would unify.
build_site() {
    build_split_tool
    cargo build -p frontend --features split --lib --target wasm32-unknown-unknown
    "$CARGO_TARGET_DIR/debug/site-builder" \
        "$CARGO_TARGET_DIR/wasm32-unknown-unknown/debug/frontend.wasm" "$SITE_ROOT" "$ROOT/public"
}
