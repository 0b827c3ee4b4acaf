"""The rules that hold for the frames of any connection."""

from dataclasses import dataclass, field

from conformance import shapes
from conformance.answer import AnswerCopy
from conformance.shapes import Frame, find_mismatch, find_null
from conformance.violations import Violation, require

ANSWER_TYPES = {"chat.stream", "chat.reasoning", "chat.error"}
MIN_TOKEN_LENGTH = 8
"""The number of characters. A shorter text, sent as a token on purpose, may occur in an error sentence by chance."""


@dataclass(kw_only=True)
class FrameRules:
    """Checks the frames of one connection. `answers` may be kept from an earlier connection."""

    is_feed: bool = False
    answers: dict[str, AnswerCopy] = field(default_factory=dict)
    accepted: set[tuple[str, int]] = field(default_factory=set)
    asked_for: set[str] = field(default_factory=set)
    """Answers that this connection follows by `resume` or `chat.follow`."""

    checks_answers: bool = True
    """Off: the client asks for what it has already, so numbers may repeat."""

    feed_revision: int | None = None
    sent_ids: set[str] = field(default_factory=set)
    """Every `client_id` that this connection has sent."""

    tokens: set[str] = field(default_factory=set)
    """Every token that it has sent."""

    def answer(self, message_id: str) -> AnswerCopy:
        return self.answers.setdefault(message_id, AnswerCopy(message_id))

    def check(self, frame: Frame) -> None:
        """Raise a violation if a rule does not allow this frame now."""
        name = shapes.shape_name(frame)
        if self.is_feed:
            self._check_feed(frame)
            return
        fields = shapes.CHAT_SUCCESS if name == "auth.success" else shapes.ALWAYS.get(name)
        if fields is None:
            return  # A type of a later version.
        if (mismatch := find_mismatch(frame, fields)) is not None:
            raise Violation(shapes.IDS[name], mismatch)
        if (mismatch := find_null(frame, fields)) is not None:
            raise Violation("P-5.1", f"an optional field is null: {mismatch}")
        if frame["type"] == "chat.error":
            self._check_error(frame)
        if name in {"chat.accepted", "chat.waiting"}:
            require(not {"seq", "from"} & set(frame), "P-3.2", f"{name} has a position")
        if name == "chat.accepted":
            _check_accepted(frame)
            self.accepted.add((frame["reply"]["id"], frame["run"]))
            answer = self.answer(frame["reply"]["id"])
            if frame["run"] > answer.run:
                answer.ended = None
        if frame["type"] in ANSWER_TYPES and "seq" in frame and self.checks_answers:
            message_id = frame["message_id"]
            if (message_id, frame["run"]) not in self.accepted and message_id not in self.asked_for:
                raise Violation("P-5.11", f"a frame of run {frame['run']} came before its chat.accepted")
            require(frame["run"] >= 1, "P-3.1", f"a frame is of run {frame['run']}")
            self.answer(message_id).take(frame)

    def _check_error(self, frame: Frame) -> None:
        require(len(frame["error"]) > 3, "P-5.6", "a chat.error has no sentence")
        quoted = [token for token in self.tokens if len(token) >= MIN_TOKEN_LENGTH and token in frame["error"]]
        require(not quoted, "P-13.5", "the sentence of an error quotes a token")
        if (client_id := frame.get("client_id")) is not None:
            require(client_id in self.sent_ids, "P-4.2", f"a chat.error has a client_id of no command: {client_id}")

    def _check_feed(self, frame: Frame) -> None:
        fields = shapes.FEED_SUCCESS if frame["type"] == "auth.success" else shapes.FEED.get(frame["type"], {})
        if (mismatch := find_mismatch(frame, fields)) is not None:
            is_answer = frame["type"].startswith("answer.")
            raise Violation("P-8.2" if frame["type"] == "auth.success" else "P-8.4" if is_answer else "P-8.3", mismatch)
        if (mismatch := find_null(frame, fields)) is not None:
            raise Violation("P-5.1", f"an optional field is null: {mismatch}")
        if frame["type"] == "chat.error":
            self._check_error(frame)
        for entry in frame["active"] if frame["type"] == "auth.success" else []:
            mismatch = find_mismatch({"type": "an entry of active", **entry}, shapes.ACTIVE_ENTRY)
            require(mismatch is None, "P-8.2", f"{mismatch}")
        states = {"answer.started": shapes.ACTIVE, "answer.ended": shapes.TERMINAL}.get(frame["type"])
        require(states is None or frame["status"] in states, "P-8.4", f"{frame['type']} has {frame.get('status')!r}")
        if "revision" not in frame or frame.get("renewed"):
            return
        if self.feed_revision is not None and frame["type"] != "auth.success":
            require(
                frame["revision"] == self.feed_revision + 1,
                "P-8.5",
                f"the change {frame['revision']} came after {self.feed_revision}",
            )
        self.feed_revision = frame["revision"]


def _check_accepted(frame: Frame) -> None:
    for name, role in (("message", "user"), ("reply", "assistant")):
        message = frame[name]
        mismatch = find_mismatch(message, shapes.MESSAGE)
        require(mismatch is None, "P-5.2", f"{name} of chat.accepted: {mismatch}")
        require(message["role"] == role, "P-5.2", f"{name} of chat.accepted has the role {message['role']!r}")
    require(frame["reply"]["run"] == frame["run"], "P-5.2", "chat.accepted and its reply have different runs")
    require(frame["reply"]["parent_id"] == frame["message"]["id"], "P-5.2", "the reply does not follow the question")
