"""The ends of a session that end its connections."""

from apps.core.database import run_in_database
from apps.users.models import Session, User
from testkit.live import SignedInUser
from tests.chat.socket.tokens import claims_of


async def log_out(user: SignedInUser) -> None:
    await user.call("POST", "/auth/logout", {}, expect=200)


# The next ones send no notification: a change made directly in the database is noticed within a second too.


async def remove_session(user: SignedInUser) -> None:
    await run_in_database(Session.objects.filter(id=claims_of(user.access)["sid"]).delete)


async def deactivate(user: SignedInUser) -> None:
    users = User.objects.filter(id=claims_of(user.access)["user_id"])
    assert await run_in_database(users.update, is_active=False) == 1


async def remove_account(user: SignedInUser) -> None:
    await run_in_database(User.objects.filter(id=claims_of(user.access)["user_id"]).delete)


SESSION_ENDS = [log_out, remove_session]
