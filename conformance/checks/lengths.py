"""The longest prompt and the longest answer (sections 6 and 7)."""

from conformance.answer import MAX_PER_ANSWER, AnswerCopy
from conformance.checks.attachments import find_model
from conformance.context import Context
from conformance.registry import check
from conformance.violations import NoFrameViolation, Skipped, require

MAX_QUESTION_LENGTH = 400_000
FIRST_CHARACTER = 0x4E00
DISTINCT_CHARACTERS = 20_000
"""The question repeats this many different Chinese characters, each of which takes a token or more."""

MAX_PIECE_BYTES = 64 * 1024

SERVICE_FAILURES = {
    "AI_EMPTY_ANSWER",
    "AI_KEY_REFUSED",
    "AI_MODEL_GONE",
    "AI_NO_CREDIT",
    "AI_OVERLOADED",
    "AI_TIMEOUT",
    "AI_UNREACHABLE",
}


@check("P-6.21", "P-5.7")
async def a_prompt_that_is_too_long_for_the_model_says_so(context: Context) -> None:
    """The longest question, for a model whose window is less than half as many tokens."""
    length = min(await context.longest_message(), MAX_QUESTION_LENGTH)
    model = await find_model(context, lambda model: 0 < model.get("context_window", 0) <= length // 2)
    if model is None:
        raise Skipped(f"no available model has a window of at most {length // 2} tokens")
    conversation_id, connection = await context.enter_new()
    question = "".join(chr(FIRST_CHARACTER + number % DISTINCT_CHARACTERS) for number in range(length))
    accepted = await connection.ask(question, model=model["id"])
    try:
        ended = (await connection.read_to_end(accepted["reply"]["id"])).ended or {}
    except NoFrameViolation:
        seconds = context.target.patience
        raise Skipped(f"the model takes longer than {seconds:g} s to read {length} characters") from None
    if ended["type"] != "chat.error":
        raise Skipped(f"the model answered a question of {length} characters")
    if ended["code"] in SERVICE_FAILURES:
        raise Skipped(f"the model service failed: {ended['code']}")
    require(
        ended["code"] == "AI_CONTEXT_TOO_LONG", "P-6.21", f"{length} characters ended the answer with {ended['code']}"
    )
    require(ended["status"] == "error", "P-5.7", f"the answer ended as {ended['status']!r}")
    await context.verify(conversation_id, connection.answer(accepted["reply"]["id"]))


async def _require_small_pieces(context: Context, conversation_id: str, answer: AnswerCopy) -> None:
    """Require that a reset sends the numbered deltas, or pieces of at most 64 KiB."""
    # A position that the server cannot have sent: it must reset.
    impossible = AnswerCopy(answer.message_id, answer.run, answer.seq + 1000)
    late = await context.connect(conversation_id)
    late.answers[answer.message_id] = AnswerCopy(answer.message_id, seq=-1)
    await late.sign_in(context.target.token, impossible.position)
    await context.verify(conversation_id, await late.read_to_end(answer.message_id))
    pieces = [frame for frame in late.frames if "seq" in frame and frame["from"] == 0 and not frame.get("done")]
    largest = max(len(frame["content"].encode()) for frame in pieces)
    require(largest <= MAX_PIECE_BYTES, "P-3.5", f"a piece of a reset has {largest} bytes")


@check("P-7.7", "P-3.5")
async def an_answer_ends_at_a_million_characters(context: Context) -> None:
    """It ends as `length` and cannot be continued."""
    if not context.target.endless_question:
        raise Skipped("needs a question that the model answers with more than a million characters")
    conversation_id, connection = await context.enter_new()
    connection.stops_slow_answers = False
    accepted = await connection.ask(context.target.endless_question)
    answer = await connection.read_to_end(accepted["reply"]["id"])
    ended, length = answer.ended or {}, len(answer.content) + len(answer.reasoning)
    if length < MAX_PER_ANSWER and ended["status"] != "length":
        raise Skipped(f"the model's answer ended after {length} characters")
    require(
        (ended["status"], ended["finish_reason"]) == ("length", "length"), "P-7.7", f"it ended as {ended['status']}"
    )
    await context.verify(conversation_id, answer)
    await _require_small_pieces(context, conversation_id, answer)
    if length == MAX_PER_ANSWER:
        await connection.must_refuse("P-7.7", "INVALID_MESSAGE", "chat.continue", message_id=answer.message_id)
