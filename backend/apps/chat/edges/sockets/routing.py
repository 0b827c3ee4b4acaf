"""The paths of the WebSockets."""

from channels.routing import URLRouter
from django.urls import re_path

from apps.chat.edges.sockets.change_feed_consumer import ChangeFeedConsumer
from apps.chat.edges.sockets.chat_consumer import ChatConsumer
from apps.chat.edges.sockets.unknown_path import close_unknown_path
from apps.core.http.handshake import refuse_foreign_handshakes

# URLRouter takes ASGI applications, the stubs of `re_path` know only views.
websocket_application = refuse_foreign_handshakes(
    URLRouter(
        [
            re_path(r"^ws/chat/(?P<conversation_id>[^/]*)/?$", ChatConsumer.serve),  # type: ignore[arg-type]
            re_path(r"^ws/events/?$", ChangeFeedConsumer.serve),  # type: ignore[arg-type]
            re_path(r"", close_unknown_path),  # type: ignore[arg-type]
        ]
    )
)
