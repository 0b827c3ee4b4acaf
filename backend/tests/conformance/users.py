"""The models that the suite is run with, the questions that it asks, and another session of its user."""

from testkit.live import SignedInUser

MODELS = ["fake-model", "gpt-3.5-turbo"]
"""The second one sees no images, and has a small window."""

MAX_PROMPT_LENGTH = 60_000
ENDLESS_QUESTION = f"[[rate=0]] [[text={'x' * 999} ]] [[copies=1100]]"
REASONING_QUESTION = "[[reasoning=6]] Why?"


async def sign_in_again(user: SignedInUser) -> str:
    """Return the access token of another session of a user."""
    other = SignedInUser(user.server, user.name)
    await other.sign_in()
    return other.access
