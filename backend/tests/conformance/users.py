"""Users of the suite, and what their model is asked."""

from testkit.live import SignedInUser

MAX_PROMPT_LENGTH = 60_000
ENDLESS_QUESTION = f"[[rate=0]] [[text={'x' * 999} ]] [[copies=1100]]"
REASONING_QUESTION = "[[reasoning=6]] Why?"


async def sign_in_again(user: SignedInUser) -> str:
    """Return the access token of another session of a user."""
    other = SignedInUser(user.server, user.name)
    await other.sign_in()
    return other.access
