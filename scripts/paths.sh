# Where things lie, for the other scripts, which source it from the top of the checkout.

# shellcheck shell=sh disable=SC2034
cache=${XDG_CACHE_HOME:-$HOME/.cache}/polaroid
# Outside the checkout, so that every clone on this machine builds Polars and wasmtime once.
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$cache/target}"

component=$PWD/target/component/polaroid.wasm
polaroid=$CARGO_TARGET_DIR/release/polaroid

wasmtime_version=48.0.8
wasmtime=$cache/wasmtime-$wasmtime_version/bin/wasmtime

nextest_version=0.9.143

# The virtual environment that holds what the file $1 lists, by the content of that file.
venv() {
    echo "$cache/venv-$(sha256sum "$1" | cut -c 1-12)"
}
