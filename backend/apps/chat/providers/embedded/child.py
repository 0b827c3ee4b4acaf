"""The process of the built-in model: llama.cpp's OpenAI-compatible server on loopback.

Runs as a script, without the rest of the product: it reads one line of JSON (the arguments of `serve`) from standard
input, prints its URL when it is ready, and ends when standard input closes, that is when its parent ends.
"""

import json
import os
import sys

import xllamacpp

NICENESS = 5


def serve_model(model: str, api_key: str, threads: int, slots: int, window: int) -> None:
    """Serve until the parent ends; `slots` is the number of concurrent answers, `window` the tokens per slot."""
    params = xllamacpp.CommonParams()
    params.model.path = model
    _adjust(
        params,
        hostnames=["127.0.0.1"],
        port=0,
        api_keys=[api_key],
        n_parallel=slots,
        n_ctx=window * slots,
        # Long prompts are read in small batches, so that other chats are not delayed.
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
    # The parent reads no further: later output of the library must not fill the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.stdin.buffer.read()
    # Without clean-up: the threads of the server may be in a long computation.
    os._exit(0)


def _adjust(params: object, **values: object) -> None:
    for name, value in values.items():
        setattr(params, name, value)


if __name__ == "__main__":
    os.nice(NICENESS)
    serve_model(**json.loads(sys.stdin.buffer.readline()))
