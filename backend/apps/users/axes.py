"""The handler of django-axes, which serves only its commands `axes_reset…`."""

from typing import override

from axes.handlers.base import AxesHandler

from apps.users import selectors
from apps.users.services.lockouts import forget_failures


class LockoutHandler(AxesHandler):  # type: ignore[misc]  # ships no types
    """Unlocks accounts and client addresses; `services/lockouts.py` decides on lock-outs."""

    @override
    def reset_attempts(
        self, *, ip_address: str | None = None, username: str | None = None, ip_or_username: bool = False
    ) -> int:
        user = selectors.find_account(username) if username else None
        if username and user is None:
            return 0
        if ip_or_username and user and ip_address:
            return forget_failures(user=user) + forget_failures(address=ip_address)
        return forget_failures(user=user, address=ip_address)

    def post_save_access_attempt(self, instance: object, **kwargs: object) -> None:
        """Ignore the rows that axes announces."""

    def post_delete_access_attempt(self, instance: object, **kwargs: object) -> None:
        """Ignore the rows that axes announces."""
