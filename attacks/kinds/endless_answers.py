"""Answers without end, and many at once."""

from attacks.attack import Finding, at_most, attack, must_be
from attacks.client import attacking_chat, attacking_user
from attacks.target import Target
from testkit.socket_client import ChatSocket

MAX_LENGTH = 400_000
DIGIT_ANSWERS = 5
DIGIT_COMMANDS = 15
MARKS = 45_000
FAST_TOKENS = 50_000
MARKED_ANSWERS = 3
ANSWERS_ASKED = 15
ANSWERS_ALLOWED = 10


@attack("endless-answer", settings={"MAX_ANSWER_LENGTH": str(MAX_LENGTH)})
async def let_a_model_write_without_end(target: Target) -> list[Finding]:
    """An answer without end, at 4,000 tokens a second."""
    async with attacking_chat(target) as chat:
        answer = await chat.ask_to_the_end("[[tokens=100000]] [[rate=4000]] Go")
    return [
        must_be("how the answer ends", answer.ended.get("finish_reason"), "length"),
        at_most("length of the answer", len(answer.content), MAX_LENGTH, "code points"),
    ]


@attack("tiny-events")
async def let_a_model_write_as_fast_as_it_can(target: Target) -> list[Finding]:
    """Two answers of 50,000 tokens, as fast as the model service can send them."""
    async with attacking_chat(target) as chat:
        lengths = await _lengths_of_answers(chat, f"[[tokens={FAST_TOKENS}]] Go", 2)
    length = len("".join(f"w{number + 1} " for number in range(FAST_TOKENS)))
    return [must_be("lengths of the answers", lengths, [length, length])]


@attack("digit-runs")
async def let_a_model_write_digits(target: Target) -> list[Finding]:
    """Answers of 200,000 digits without a break, and commands of 250,000."""
    async with attacking_chat(target) as chat:
        lengths = await _lengths_of_answers(chat, "[[text=9999999999]] [[copies=20000]] Go", DIGIT_ANSWERS)
        for _ in range(DIGIT_COMMANDS):
            await chat.connection.send('{"type":"ping","n":[' + ",".join(["9" * 4300] * 58) + "]}")
            await chat.receive()
    return [must_be("complete answers", lengths.count(200_000), DIGIT_ANSWERS)]


@attack("runs-of-marks")
async def write_runs_of_marks(target: Target) -> list[Finding]:
    """Questions and answers of 90,000 accents on one letter, whose order is normalized."""
    question = f"[[text=\u0315\u0300]] [[copies={MARKS}]] a{'\u0315\u0300' * MARKS}"
    async with attacking_chat(target) as chat:
        lengths = await _lengths_of_answers(chat, question, MARKED_ANSWERS)
    return [must_be("complete answers", lengths.count(2 * MARKS), MARKED_ANSWERS)]


async def _lengths_of_answers(chat: ChatSocket, question: str, times: int) -> list[int]:
    return [len((await chat.ask_to_the_end(question)).content) for _ in range(times)]


@attack("many-answers")
async def ask_for_many_answers_at_once(target: Target) -> list[Finding]:
    """Answers without end in fifteen conversations of one user."""
    async with attacking_user(target) as attacker:
        chats = [await attacker.enter(await attacker.new_conversation()) for _ in range(ANSWERS_ASKED)]
        started = 0
        for chat in chats:
            await chat.send("chat.message", content="[[tokens=10000]] [[rate=20]] Go")
            started += (await chat.expect("chat.accepted", "chat.error"))["type"] == "chat.accepted"
        for chat in chats:
            await chat.connection.close()
    return [at_most("answers that are written", started, ANSWERS_ALLOWED, "answers")]
