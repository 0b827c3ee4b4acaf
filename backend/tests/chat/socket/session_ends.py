"""The ends of a session that end its connections."""

from apps.core.database import run_in_database
from apps.users.models import Session
from testkit.live import SignedInUser
from tests.chat.socket.tokens import claims_of


async def log_out(user: SignedInUser) -> None:
    await user.call("POST", "/auth/logout", {}, expect=200)


async def remove_session(user: SignedInUser) -> None:
    """Without a notification: a change made directly in the database is noticed within a second too."""
    await run_in_database(Session.objects.filter(id=claims_of(user.access)["sid"]).delete)


SESSION_ENDS = [log_out, remove_session]
