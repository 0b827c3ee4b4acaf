"""The registry of signed-in readers of this process, for the sweep and the shutdown."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.chat.live.change_feed import ChangesReader
    from apps.chat.live.conversation import ConversationReader

open_sockets: "set[ConversationReader]" = set()
"""Every signed-in reader of a conversation in this process."""

open_event_sockets: "set[ChangesReader]" = set()
"""Every signed-in reader of the change feed in this process."""
