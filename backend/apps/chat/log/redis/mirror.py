"""A mirror: the copy of a run that another worker writes, for the followers of this one."""

from apps.chat.log.redis.entries import Entry, GapError, Replay, replay
from apps.chat.log.run_log import RunLog


class Mirror:
    """A copy of a run that another worker writes; while `is_gapped`, it must be loaded again before it continues."""

    def __init__(self, copy: Replay) -> None:
        self._copy = copy
        self.followers = 0
        self.is_gapped = False

    @property
    def run_log(self) -> RunLog:
        run_log = self._copy.run_log
        assert run_log is not None  # noqa: S101 - a mirror begins with a run
        return run_log

    @property
    def last_id(self) -> bytes:
        """The id of the last applied entry."""
        return self._copy.last_id

    def apply(self, entries: list[Entry]) -> None:
        """Apply new entries up to the first gap."""
        try:
            for entry in entries:
                if not self.is_gapped:
                    self._copy.apply_entry(entry)
        except GapError:
            self.is_gapped = True

    def reload(self, folds: list[bytes], entries: list[Entry]) -> None:
        """Close a gap from the whole log; followers continue if run and numbers match, and are reset otherwise."""
        loaded = replay(folds, entries)
        if loaded is None or loaded.run_log is None:
            return  # The log was lost: its writer is about to write it again.
        self.is_gapped = False
        self._copy.last_id = loaded.last_id
        run_log, new = self.run_log, loaded.run_log
        if new.number == run_log.number and new.prefix.seq <= run_log.head <= new.head and run_log.ending is None:
            known = run_log.head - new.prefix.seq
            run_log.extend(new.texts[known:], bytes(new.kinds[known:]))
            if new.ending is not None:
                run_log.end(new.ending)
            return
        self._copy.run_log = new
        run_log.supersede()
