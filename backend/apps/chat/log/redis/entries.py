"""The log of an answer in Redis: a stream of entries, and a list of folds, which hold its oldest deltas.

Stream ids are `run-seq`, where `seq` is the number of the entry's last delta. Ids must grow, so Redis itself refuses
the entries of a writer once a later run has begun.
"""

from dataclasses import dataclass
from uuid import UUID

import msgspec

from apps.chat.events import AnswerText, Ending
from apps.chat.log.run_log import RunLog

START, TEXTS, END = b"s", b"t", b"e"
"""The name of an entry's only field is its kind."""

_encode = msgspec.msgpack.Encoder().encode
_decode_ending = msgspec.msgpack.Decoder(tuple[int, Ending]).decode
_decode_texts = msgspec.msgpack.Decoder(tuple[int, bytes, list[str]]).decode

type Entry = tuple[bytes, list[bytes]]
"""An id, and the entry's field and value, as Redis returns them."""


def stream_key(answer_id: UUID) -> str:
    return f"chat:answer:{{{answer_id.hex}}}"


def folds_key(answer_id: UUID) -> str:
    return f"chat:answer:{{{answer_id.hex}}}:folded"


def encode_texts(after: int, kinds: bytes, texts: list[str]) -> bytes:
    """Return the value of an entry of deltas, numbered from `after + 1`."""
    return _encode((after, kinds, texts))


def encode_ending(after: int, ending: Ending) -> bytes:
    """Return the value of the terminal entry of a run; `after` is the number of its last delta."""
    return _encode((after, ending))


class Fold(msgspec.Struct, array_like=True):
    """Folded deltas, numbered from `after + 1`, or a `prefix`: text without its single deltas."""

    run_number: int
    base: int
    after: int
    kinds: bytes
    texts: list[str]
    prefix: AnswerText | None = None
    earlier_bases: dict[int, int] = {}
    """The number after which each earlier run began; empty in folds of older versions."""


_decode_fold = msgspec.msgpack.Decoder(Fold).decode


def encode_fold(fold: Fold) -> bytes:
    return _encode(fold)


class GapError(Exception):
    """An entry does not follow the previous one: entries between them were folded or lost."""


@dataclass(slots=True)
class Replay:
    """A copy of a run, built from entries in their order. `last_id` is the id of the last applied entry."""

    run_log: RunLog | None = None
    last_id: bytes = b"0-0"

    def apply_folds(self, folds: list[bytes]) -> None:
        """Begin the copy with the folds of the log."""
        for fold in map(_decode_fold, folds):
            if self.run_log is None:
                self.run_log = RunLog(fold.run_number, fold.prefix or AnswerText())
            new = fold.texts[self.run_log.head - fold.after :]
            self.run_log.extend(new, fold.kinds[len(fold.kinds) - len(new) :])
            self.run_log.number = fold.run_number
            self.run_log.base = fold.base
            self.run_log.earlier_bases = fold.earlier_bases

    def apply_entry(self, entry: Entry) -> None:
        """Apply one entry; deltas that the copy has already are skipped.

        Raises:
            GapError: entries are missing; nothing has been changed.
        """
        entry_id, (kind, value) = entry
        run_number = int(entry_id.partition(b"-")[0])
        if kind == START:
            self._start(run_number, int(value))
        elif kind == TEXTS:
            self._extend(self._expect_run(run_number), *_decode_texts(value))
        else:
            after, ending = _decode_ending(value)
            ended = self._expect_run(run_number)
            if after > ended.head:
                raise GapError
            if ended.ending is None:
                ended.end(ending)
        self.last_id = entry_id

    def _start(self, number: int, base: int) -> None:
        if self.run_log is not None and self.run_log.number >= number:
            return
        if self.run_log is None:
            if base:
                raise GapError
            self.run_log = RunLog(number, AnswerText())
        else:
            if base != self.run_log.head + (self.run_log.ending is not None):
                raise GapError
            self.run_log = self.run_log.next_run(number)

    def _expect_run(self, number: int) -> RunLog:
        if self.run_log is None or self.run_log.number != number:
            raise GapError
        return self.run_log

    def _extend(self, run_log: RunLog, after: int, kinds: bytes, texts: list[str]) -> None:
        if after > run_log.head:
            raise GapError
        run_log.extend(texts[run_log.head - after :], kinds[run_log.head - after :])


def replay(folds: list[bytes], entries: list[Entry]) -> Replay | None:
    """Return the copy of an answer that the log yields; None if the log is empty or has lost its beginning."""
    copy = Replay()
    copy.apply_folds(folds)
    try:
        for entry in entries:
            if copy.run_log is not None or entry[1][0] == START:
                copy.apply_entry(entry)
    except GapError:
        return None
    return copy if copy.run_log is not None else None
