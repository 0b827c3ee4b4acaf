"""A worker process that runs the built-in model: `python -m tests.chat.providers.embedded_worker FOLDER`.

Prints the URL of the model whenever it changes, even when another worker has started the model.
"""

import asyncio
import sys
from pathlib import Path

from apps.chat.providers.embedded.process import EmbeddedProcess
from apps.chat.providers.embedded.provider import find_weights


async def main(folder: Path) -> None:
    weights = find_weights()
    assert weights is not None
    process = EmbeddedProcess(folder, weights)
    process.start()
    before = None
    while True:
        access = await process.wait_for_access(within=30)
        if access != before:
            before = access
            print(access.base_url, flush=True)  # noqa: T201
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
