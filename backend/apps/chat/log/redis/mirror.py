"""A copy of a run that another process writes, for the followers of this one."""

from apps.chat.log.redis.entries import Entry, GapError, Replay, replay
from apps.chat.log.run import Run


class Mirror:
    """`followers` counts who reads it; `is_gapped` says that it has to be loaded anew before it can go on."""

    def __init__(self, copy: Replay) -> None:
        """Begin with what the log had when it was loaded."""
        self._copy = copy
        self.followers = 0
        self.is_gapped = False

    @property
    def run(self) -> Run:
        """The latest run."""
        run = self._copy.run
        assert run is not None  # noqa: S101 - a mirror begins with a run
        return run

    @property
    def last_id(self) -> bytes:
        """The id of the last entry that is in it."""
        return self._copy.last_id

    def apply(self, entries: list[Entry]) -> None:
        """Take new entries, as far as they follow."""
        try:
            for entry in entries:
                if not self.is_gapped:
                    self._copy.apply(entry)
        except GapError:
            self.is_gapped = True

    def reload(self, chunks: list[bytes], entries: list[Entry]) -> None:
        """Close a gap from the whole log; readers go on where numbers and run fit, and begin anew elsewhere."""
        loaded = replay(chunks, entries)
        if loaded is None or loaded.run is None:
            return  # Nothing there yet: its writer is about to write it anew.
        self.is_gapped = False
        self._copy.last_id = loaded.last_id
        run, new = self.run, loaded.run
        if new.number == run.number and new.kept.seq <= run.head <= new.head and run.ending is None:
            known = run.head - new.kept.seq
            run.extend(new.texts[known:], bytes(new.kinds[known:]))
            if new.ending is not None:
                run.end(new.ending)
            return
        self._copy.run = new
        run.supersede()
