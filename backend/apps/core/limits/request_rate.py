"""The rate at which requests of a caller begin."""

from apps.core.http.in_flight import Caller
from apps.core.limits.allowance import Allowances
from apps.core.limits.base import Limit


class RequestRates:
    """Counts the requests of all callers of this worker."""

    def __init__(self) -> None:
        self._allowances = Allowances[str]()

    def find_wait(self, caller: Caller) -> int:
        """Count a request and return 0; if it is too early, do not count it and return the whole seconds to wait."""
        return self._allowances.try_to_spend(caller.key, 1, Limit.parse(caller.rate))
