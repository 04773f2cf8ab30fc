#!/bin/sh
# Runs a test program in the sandbox: compiled ahead once, then mapped for every test.
# WASMTIME names the wasmtime to use, WASM_STACK the bytes of stack if not 16 MiB. POLAROID_TEST_DATA, if set, is /data in the sandbox.
set -eu
program=$1
shift
wasmtime=${WASMTIME:-wasmtime}
stack=${WASM_STACK:-16777216}
compiled=$program.$stack.cwasm
if [ ! "$compiled" -nt "$program" ]; then
    # Tests start side by side; one of them compiles, the others wait for it.
    exec 9> "$compiled.lock"
    flock 9
    if [ ! "$compiled" -nt "$program" ]; then
        "$wasmtime" compile -W max-wasm-stack="$stack" -o "$compiled.$$" "$program" >&2
        mv "$compiled.$$" "$compiled"
    fi
    exec 9>&-
fi
exec "$wasmtime" run --allow-precompiled -W max-wasm-stack="$stack" -W async-stack-size=33554432 \
    ${POLAROID_TEST_DATA:+--dir "$POLAROID_TEST_DATA::/data"} \
    --env RUST_BACKTRACE=0 "$compiled" "$@"
