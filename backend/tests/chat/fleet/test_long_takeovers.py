"""A takeover that takes longer than a lease costs the worker none of its own answers (docs/protocol.md: P-7.3)."""

import os
import signal

import psycopg
import pytest

from testkit.fakes.model_server import ModelServer
from testkit.live import SignedInUser, until
from testkit.server_process import ServerProcess
from testkit.services import several_workers
from tests.chat.socket.conversations import OpenConversation, begin_answer
from tests.chat.workers import StartWorkers

pytestmark = [pytest.mark.timeout(180), several_workers]

LOCK = "SELECT 1 FROM chat_run WHERE answer_id = %s AND ended_at IS NULL FOR UPDATE"
WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
WAITING_LONG = f"{WAITING} AND query_start < now() - interval '3.5 seconds'"


async def begin_gated_answer(worker: ServerProcess, model_server: ModelServer) -> tuple[OpenConversation, str]:
    """Return a conversation whose answer, of three words, has one, and the id of the answer."""
    conversation = await OpenConversation.open(await SignedInUser.register(worker), title="Mine")
    answer = await begin_answer(conversation, model_server, seen=1, of=3, gate=worker.url)
    return conversation, answer.message_id


async def test_a_worker_keeps_its_lease_while_it_takes_an_answer_over(
    start_workers: StartWorkers, model_server: ModelServer, migrated_database_url: str
) -> None:
    dead, slow, suspended = await start_workers(3)
    _, orphan_id = await begin_gated_answer(dead, model_server)
    kept, kept_id = await begin_gated_answer(slow, model_server)
    os.kill(suspended.pid, signal.SIGSTOP)
    await dead.kill()
    with psycopg.connect(migrated_database_url) as locking, psycopg.connect(migrated_database_url) as watching:
        watching.autocommit = True
        assert locking.execute(LOCK, [orphan_id]).fetchone(), "the answer is an orphan"
        long = "the worker to wait for the orphan, for longer than a lease"
        await until(lambda: watching.execute(WAITING_LONG).fetchall(), long)
        # The other one was suspended, so that it trusts the leases only after one. It then settles all that it finds.
        os.kill(suspended.pid, signal.SIGCONT)
        await until(lambda: watching.execute(WAITING).fetchall()[1:], "the other worker to wait too")
    model_server.open(2, slow.url)
    answer = await kept.socket.read_to_the_end(kept_id)
    assert answer.ended["status"] == "complete"
    assert answer.ended["run"] == 1
    assert answer.content == "w1 w2 w3 "
