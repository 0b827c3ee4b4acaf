"""Answers without end, and many at once."""

import asyncio
from typing import Any

import aiohttp

from attacks.attack import Finding, at_most, attack, must_be
from attacks.target import Target
from testkit.raw_connections import SOURCE
from testkit.socket_client import ChatSocket

LONGEST = 400_000
SECONDS = 40.0
DIGIT_ANSWERS = 5
DIGIT_COMMANDS = 15
MARKS = 45_000
MARKED_ANSWERS = 3
ASKED = 15
ALLOWED = 10


async def _sign_up(target: Target) -> tuple[aiohttp.ClientSession, str]:
    http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=(SOURCE, 0)))
    account = {"username": "attacker", "email": "attacker@example.org", "password": "a long enough password of theirs"}
    await _post(http, target, "/auth/register", account)
    access = str((await _post(http, target, "/auth/token/pair", account))["access"])
    http.headers["Authorization"] = f"Bearer {access}"
    return http, access


async def _post(http: aiohttp.ClientSession, target: Target, path: str, body: dict[str, Any]) -> dict[str, Any]:
    async with http.post(f"{target.url}/api{path}", json=body) as response:
        response.raise_for_status()
        answer: dict[str, Any] = await response.json()
        return answer


async def _open_chat(http: aiohttp.ClientSession, target: Target, access: str) -> ChatSocket:
    conversation = await _post(http, target, "/conversations/", {})
    chat = await ChatSocket.open(f"{target.url.replace('http', 'ws', 1)}/ws/chat/{conversation['id']}/")
    await chat.sign_in(access)
    return chat


@attack("endless-answer", settings={"MAX_ANSWER_LENGTH": str(LONGEST)})
async def let_a_model_write_without_end(target: Target) -> list[Finding]:
    """An answer without end, at 4,000 tokens a second."""
    http, access = await _sign_up(target)
    async with http:
        chat = await _open_chat(http, target, access)
        accepted = await chat.ask("[[tokens=100000]] [[rate=4000]] Go")
        answer = chat.answer(accepted["reply"]["id"])
        async with asyncio.timeout(SECONDS):
            while answer.ended is None:
                await chat.receive()
        await chat.connection.close()
    return [
        must_be("how the answer ends", answer.ended["finish_reason"], "length"),
        at_most("length of the answer", len(answer.content), LONGEST, "code points"),
    ]


@attack("digit-runs")
async def let_a_model_write_digits(target: Target) -> list[Finding]:
    """Answers of 200,000 digits without a break, and commands of 250,000."""
    http, access = await _sign_up(target)
    async with http:
        chat = await _open_chat(http, target, access)
        lengths = [
            await _length_of_answer(chat, "[[text=9999999999]] [[copies=20000]] Go") for _ in range(DIGIT_ANSWERS)
        ]
        for _ in range(DIGIT_COMMANDS):
            await chat.connection.send('{"type":"ping","n":[' + ",".join(["9" * 4300] * 58) + "]}")
            await chat.receive()
        await chat.connection.close()
    return [must_be("answers that are whole", lengths.count(200_000), DIGIT_ANSWERS)]


@attack("runs-of-marks")
async def write_runs_of_marks(target: Target) -> list[Finding]:
    """Questions and answers of 90,000 accents on one letter, whose order is normalized."""
    http, access = await _sign_up(target)
    async with http:
        chat = await _open_chat(http, target, access)
        lengths = [
            await _length_of_answer(chat, f"[[text=\u0315\u0300]] [[copies={MARKS}]] a{'\u0315\u0300' * MARKS}")
            for _ in range(MARKED_ANSWERS)
        ]
        await chat.connection.close()
    return [must_be("answers that are whole", lengths.count(2 * MARKS), MARKED_ANSWERS)]


async def _length_of_answer(chat: ChatSocket, question: str) -> int:
    accepted = await chat.ask(question)
    answer = chat.answer(accepted["reply"]["id"])
    async with asyncio.timeout(SECONDS):
        while answer.ended is None:
            await chat.receive()
    return len(answer.content)


@attack("many-answers")
async def ask_for_many_answers_at_once(target: Target) -> list[Finding]:
    """Answers without end in fifteen conversations of one user."""
    http, access = await _sign_up(target)
    async with http:
        chats = [await _open_chat(http, target, access) for _ in range(ASKED)]
        started = 0
        for chat in chats:
            await chat.send("chat.message", content="[[tokens=10000]] [[rate=20]] Go")
            started += (await chat.expect("chat.accepted", "chat.error"))["type"] == "chat.accepted"
        for chat in chats:
            await chat.connection.close()
    return [at_most("answers that are written", started, ALLOWED, "answers")]
