"""`python -m testkit.fakes`: serve the fake model service until interrupted."""

import argparse
import asyncio
import contextlib

from testkit.fakes.model_server import ModelServer


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A fake model service.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--models", default="fake-model", help="the models of GET /v1/models, separated by commas")
    options = parser.parse_args()
    server = ModelServer(port=options.port, path="", models=options.models.split(","))
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(server.serve(lambda: print(f"LISTENING http://127.0.0.1:{server.port}", flush=True)))  # noqa: T201


if __name__ == "__main__":
    main()
