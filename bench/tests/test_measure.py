"""A whole measurement, with driver, relay and fake model as processes."""

import socket
from pathlib import Path

import pytest

from bench.contenders import RELAY, bare_relay
from bench.demand import Demand
from bench.measure import fake_model
from bench.results import Results
from bench.stages import WARM_UP, Stage
from bench.table import table


async def test_a_measurement_of_the_relay_counts_each_token_once(tmp_path: Path) -> None:
    paced = Stage("50 users in one second", 10, Demand(rate=50, tokens=50), 50.0, 20.0)
    flat_out = Stage("flat out", 2, Demand(rate=0, tokens=3000), 50.0, 20.0)
    results = Results()
    async with fake_model(tmp_path) as (runner, model_url):
        async with bare_relay(tmp_path, model_url) as relay:
            results.memory[RELAY] = await runner.measure_memory(relay, WARM_UP, 20)
            for stage in (paced, flat_out):
                results.add(RELAY, stage.name, await runner.run(relay, stage))
        assert not relay.program.running()

    (at_pace,), (at_full) = results.of(RELAY, "50 users in one second"), results.of(RELAY, "flat out")
    assert results.sound
    assert at_pace.result.tokens == 500
    assert at_pace.result.delay is not None
    assert at_pace.result.delay.p50 > 0
    assert at_full[0].result.tokens == 6000
    assert results.memory[RELAY].socket > 0
    assert "tokens per second" in table(results)


async def test_an_answer_that_does_not_end_is_an_error(tmp_path: Path) -> None:
    endless = Stage("50 users", 3, Demand(rate=50, tokens=100_000), 50.0, 1.0)
    async with (
        fake_model(tmp_path) as (runner, model_url),
        bare_relay(tmp_path, model_url) as relay,
    ):
        measured = await runner.run(relay, endless)

    assert measured.result.unfinished == 3
    assert measured.result.failures == ["no end before the deadline"]
    assert measured.result.lost == 300_000 - measured.result.tokens


async def test_two_processes_of_the_relay_answer_on_one_port_and_end_together(tmp_path: Path) -> None:
    stage = Stage("20 users", 20, Demand(rate=0, tokens=50), 50.0, 20.0)
    async with (
        fake_model(tmp_path) as (runner, model_url),
        bare_relay(tmp_path, model_url, processes=2) as relays,
    ):
        measured = await runner.run(relays, stage)

    assert measured.result.tokens == 1000
    assert measured.stream_errors == 0
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", relays.port))
