"""Turns in conversations of 1,000 and 10,000 messages, compared with turns in empty ones."""

import msgspec

from bench.demand import Demand
from bench.load_protocol import Endpoint
from bench.measure import LoadRunner, Measured
from bench.product import Product
from bench.scenarios import Readings
from bench.stages import Stage
from testkit.programs import StartError

CONVERSATION_LENGTHS = (1000, 10_000)
CONVERSATIONS = 12
"""For each length; each gets one turn in a round."""

TURNS_PER_SECOND = 5.0


async def measure_long_conversations(runner: LoadRunner, product: Product, rounds: int) -> Readings:
    """Measure turns of one token, well apart, in `rounds` rounds over the same conversations."""
    lengths = [length for length in CONVERSATION_LENGTHS for _ in range(CONVERSATIONS)]
    ids = msgspec.json.decode(await product.seed("long", product.account.name, *map(str, lengths)), type=list[str])
    endpoints: dict[int, list[Endpoint]] = {length: [] for length in CONVERSATION_LENGTHS}
    for length, conversation_id in zip(lengths, ids, strict=True):
        endpoints[length].append(product.endpoint(conversation_id))
    stage = Stage("turns in long conversations", CONVERSATIONS, Demand(rate=0, tokens=1), TURNS_PER_SECOND, 30.0)
    measured: dict[int, list[Measured]] = {length: [] for length in (0, *CONVERSATION_LENGTHS)}
    for _ in range(rounds):
        for length, rounds_of_length in measured.items():
            rounds_of_length.append(await runner.run(product, stage, endpoints=endpoints.get(length)))
    firsts = {length: _first_token(of_length) for length, of_length in measured.items()}
    return {
        **{f"first_{length}": first for length, first in firsts.items()},
        **{f"ratio_{length}": firsts[length] / firsts[0] for length in CONVERSATION_LENGTHS},
        "stream_errors": sum(each.stream_errors for of_length in measured.values() for each in of_length),
    }


def _first_token(measured: list[Measured]) -> float:
    medians = [each.result.first_token.p50 for each in measured if each.result.first_token is not None]
    if not medians:
        raise StartError("No turn in a long conversation was answered.")
    return sum(medians) / len(medians)
