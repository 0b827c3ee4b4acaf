"""The built-in model's own process: llama.cpp's OpenAI-compatible server on loopback.

Run as a file, without the rest of the product: it reads one line of JSON (the arguments of `serve`) from its standard
input, prints its address when it is ready, and ends at once when its standard input does, that is when its parent dies.
"""

import json
import os
import sys

import xllamacpp

NICENESS = 5


def serve(model: str, api_key: str, threads: int, slots: int, window: int) -> None:
    """Serve until the parent is gone; `window` is in tokens a slot, and as many answers at once as there are slots."""
    params = xllamacpp.CommonParams()
    params.model.path = model
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [api_key]
    params.cpuparams.n_threads = threads
    params.cpuparams_batch.n_threads = threads
    params.n_parallel = slots
    params.n_ctx = window * slots
    params.n_batch = params.n_ubatch = 256
    params.cache_ram_mib = 0
    params.ui = False
    params.endpoint_slots = False
    params.verbosity = 0
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201 - read by the parent
    # Nobody reads on from here: what the library may yet print must not fill the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdin.buffer.read()
    # No farewell: the threads of the server may be in the middle of a long computation.
    os._exit(0)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    serve(**json.loads(sys.stdin.buffer.readline()))
