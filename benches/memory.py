"""What a server holds, and the least that a sandbox needs for a large answer."""

import http.client
import pathlib
import subprocess
import tempfile

from running import Server, free_port, memory_line, ours


def memory(args):
    with ours(args) as server:
        connection = server.ready()
        print(f"server after its first answer: {memory_line(server.memory())}")
        for _ in range(args.requests):
            connection.seconds({"sql": "SELECT l_returnflag, COUNT(*) AS n FROM lineitem WHERE l_orderkey < 10000 GROUP BY 1"})
        print(f"server after {args.requests} more: {memory_line(server.memory())}")
        connection.size("SELECT * FROM lineitem", "arrow")
        print(f"server after SELECT * FROM lineitem: {memory_line(server.memory())}")
    linear(args)


def linear(args):
    """The smallest cap on linear memory under which the largest answer still streams."""
    if not args.wasmtime:
        print("linear memory: not measured without --wasmtime")
        return
    with tempfile.TemporaryDirectory() as folder:
        compiled = pathlib.Path(folder) / "polaroid.cwasm"
        subprocess.run([args.wasmtime, "compile", "-o", compiled, args.wasm], check=True)
        low, high = 16, 1024
        while high - low > 8:
            middle = (low + high) // 2
            if fits(args, compiled, middle << 20):
                high = middle
            else:
                low = middle
        print(f"SELECT * FROM lineitem to Arrow fits in {high} MB of linear memory")


def fits(args, compiled, cap):
    port = free_port()
    command = [
        args.wasmtime, "serve", "--addr", f"127.0.0.1:{port}", "-S", "cli=y", "-O", "pooling-allocator=n",
        "-W", f"max-memory-size={cap}", "--dir", f"{args.tpch}::/data", "--allow-precompiled", compiled,
    ]  # fmt: skip
    with Server(command, port) as server:
        try:
            server.connect().size("SELECT * FROM lineitem", "arrow")
            return True
        except (http.client.HTTPException, ConnectionError, RuntimeError):
            return False
