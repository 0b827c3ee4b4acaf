"""Searches of a user who has 10,000 conversations with 100,000 messages."""

import time

import msgspec

from bench.product import Product
from bench.scenarios import Readings
from bench.tally import spread
from testkit.api_user import ApiUser

CONVERSATIONS, MESSAGES = 10_000, 100_000
WORDS = ("common word", "rare word", "Chinese word")
_PLACES = {"search": ("/api/search", "q"), "list": ("/api/conversations/", "search")}
"""The searches: in all texts, and in the list of conversations, which counts hits."""

SEARCHES = tuple((place, word) for place in _PLACES for word in WORDS)
REPEATS = 25


async def measure_search(product: Product) -> Readings:
    """Measure the first page of hits of each kind of word, at both places."""
    account = await product.sign_up("searcher")
    counts = str(CONVERSATIONS), str(MESSAGES)
    words = msgspec.json.decode(await product.seed("search", account.name, *counts), type=dict[str, str])
    readings: Readings = {"unexpected": 0}
    for place, kind in SEARCHES:
        times = []
        for _ in range(REPEATS):
            took, is_found = await _search(product, account, place, words[kind])
            times.append(took)
            readings["unexpected"] += not is_found
        of_all = spread(times, 1000)
        assert of_all is not None  # noqa: S101  (there are some)
        readings[f"{place} {kind}"] = of_all.p95
    return readings


async def _search(product: Product, account: ApiUser, place: str, word: str) -> tuple[float, bool]:
    """Return the seconds of one search, and whether it found something."""
    path, parameter = _PLACES[place]
    begin = time.monotonic()
    async with product.http.get(path, params={parameter: word}, headers=account.headers) as response:
        body = await response.read()
    took = time.monotonic() - begin
    hits = msgspec.json.decode(body)
    return took, response.ok and bool(hits.get("hits") or hits.get("conversations"))
