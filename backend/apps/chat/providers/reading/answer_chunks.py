"""The chunks of one streamed answer: which choice is the answer, its deltas, its finish reason and its usage."""

from apps.chat.events import AnswerStatus, Finish, Usage
from apps.chat.providers.failures.classification import make_reported_error
from apps.chat.providers.finish_reasons import choose_finish_reason, status_of_finish_reason
from apps.chat.providers.reading.answer_text import AnswerTextReader, Batch
from apps.chat.providers.reading.chunks import (
    CHUNK_OBJECT,
    ChoiceJson,
    ChunkJson,
    DeltaJson,
    choice_has_error,
    find_text,
    read_finish_reason,
)


class AnswerChunkReader:
    """Reads the chunks of one answer into `batch`."""

    def __init__(self, text: AnswerTextReader) -> None:
        self.batch: Batch = []
        """The events since the last `take_batch`."""
        self.has_begun = False
        """Whether a batch has been taken."""
        self._text = text
        self._index = 0
        """The index of the choice that is the answer."""
        self._held_choice: tuple[ChoiceJson, str | None, bytes] | None = None
        """A choice with another index, which may turn out to be the answer."""
        self._reason: str | None = None
        self._has_text_after_reason = False
        self._usage: Usage | None = None
        self._last_message: str | None = None
        """The text of the last event with a whole message."""
        self._has_whole_completion = False
        self._is_done = False

    @property
    def has_end(self) -> bool:
        """Whether the answer has ended, so that at most its usage or an error can follow."""
        return self._reason is not None or self._has_whole_completion or self._is_done

    @property
    def awaits_only_usage(self) -> bool:
        """Whether a finish reason has come after the text.

        A reason before any text is a mistake of some gateways, which send the answer after it; others send one with
        each chunk.
        """
        return self._reason is not None and self._text.has_text and not self._has_text_after_reason

    def take_batch(self) -> Batch:
        """Return the events since the last call."""
        batch, self.batch = self.batch, []
        self.has_begun = True
        return batch

    def read(self, chunk: ChunkJson, data: bytes) -> None:
        """Read `chunk`, whose JSON is `data`.

        Raises:
            ModelReportedError: the chunk reports an error.
        """
        if chunk.usage is not None:
            self._usage = chunk.usage.merge(self._usage)
        if chunk.choices and not self._is_done:
            for choice in chunk.choices:
                if choice.index == self._index:
                    self._read_choice(choice, chunk.kind, data)
                else:
                    self._hold_other_choice(choice, chunk, data)
        if (chunk.error is not None or chunk.kind != CHUNK_OBJECT or chunk.x_groq is not None) and chunk.is_error:
            raise make_reported_error(data)

    def read_done(self) -> None:
        """End the answer at `[DONE]`: later choices are ignored."""
        self.read_held_choice()
        self._is_done = True

    def read_held_choice(self) -> None:
        """Read the choice that was held, unless the answer has text by now."""
        held, self._held_choice = self._held_choice, None
        if held is not None and not self._text.has_text:
            self._read_choice(*held)

    def flush(self) -> None:
        """Add the text that was held back to the batch, because the stream has failed."""
        self.batch += self._text.end()

    def finish(self) -> None:
        """Add the rest of the text and the `Finish` to the batch."""
        self.batch += self._text.end(is_cut_off=status_of_finish_reason(self._reason) is AnswerStatus.LENGTH)
        self.batch.append(Finish(self._reason, self._usage))

    def _hold_other_choice(self, choice: ChoiceJson, chunk: ChunkJson, data: bytes) -> None:
        """Hold a choice with an unexpected index; it is the answer if the next chunk has only this one, too."""
        is_alone = all(other.index == choice.index for other in chunk.choices or ())
        if self._text.has_text or not is_alone or (find_text(choice) is None and not choice.finish_reason):
            return
        if self._held_choice is None:
            self._held_choice = choice, chunk.kind, data
        else:
            self._index = choice.index
            self.read_held_choice()
            self._read_choice(choice, chunk.kind, data)

    def _read_choice(self, choice: ChoiceJson, kind: str | None, data: bytes) -> None:
        events_before = len(self.batch)
        had_reason = self._reason is not None
        delta = choice.delta
        if delta is not None:
            self.batch += self._text.read(delta)
        message = choice.message
        if message is not None and (delta is None or not delta.content):
            self._read_message(message, kind)
        if choice.text and (delta is None or not delta.content):
            self.batch += self._text.read(DeltaJson(content=choice.text))
        if had_reason and len(self.batch) > events_before:
            self._has_text_after_reason = True
        if choice.usage is not None:
            self._usage = choice.usage.merge(self._usage)
        if (choice.finish_reason or choice.google_finish_reason) and (reason := read_finish_reason(choice)):
            self._reason = choose_finish_reason(self._reason, reason)
        if (choice.error is not None or message is not None or (delta is not None and delta.error is not None)) and (
            choice_has_error(choice)
        ):
            raise make_reported_error(data)

    def _read_message(self, message: DeltaJson, kind: str | None) -> None:
        """Read a whole completion in an event, or a piece under its name; a later one repeats the answer.

        Perplexity repeats it with each event, a little longer.
        """
        previous, content = self._last_message, message.content or ""
        if previous is None and self._text.has_text:
            return
        if kind == CHUNK_OBJECT or (previous is None and not (self.has_begun or self.batch)):
            self.batch += self._text.read(message)
        elif content.startswith(previous or "") and len(content) > len(previous or ""):
            self.batch += self._text.read(DeltaJson(content=content.removeprefix(previous or "")))
        self._has_whole_completion = kind != CHUNK_OBJECT and (previous is None or content == previous)
        self._last_message = content
