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
    _adjust(
        params,
        hostnames=["127.0.0.1"],
        port=0,
        api_keys=[api_key],
        n_parallel=slots,
        n_ctx=window * slots,
        # Small steps through a long prompt, so that the other chats get their turn in between.
        n_batch=256,
        n_ubatch=256,
        cache_ram_mib=0,
        ui=False,
        endpoint_slots=False,
        verbosity=0,
    )
    _adjust(params.cpuparams, n_threads=threads)
    _adjust(params.cpuparams_batch, n_threads=threads)
    server = xllamacpp.Server(params)
    print(server.listening_address, flush=True)  # noqa: T201 - read by the parent
    # Nobody reads on from here: what the library may yet print must not fill the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdin.buffer.read()
    # No farewell: the threads of the server may be in the middle of a long computation.
    os._exit(0)


def _adjust(params: object, **values: object) -> None:
    for name, value in values.items():
        setattr(params, name, value)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    serve(**json.loads(sys.stdin.buffer.readline()))
