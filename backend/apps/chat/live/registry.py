"""The registry of all signed-in clients of this worker, for the sweep and the shutdown."""

from collections.abc import Sequence

from apps.chat.live.change_feed_client import change_feed_clients
from apps.chat.live.client import SignedInClient
from apps.chat.live.conversation_client import conversation_clients


def list_clients() -> Sequence[SignedInClient]:
    """Return the clients that have signed in, of both kinds."""
    return [*conversation_clients, *change_feed_clients]
