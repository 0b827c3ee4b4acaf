"""Which socket answers which path."""

from channels.routing import URLRouter
from django.urls import re_path

from apps.chat.edges.sockets.change_feed import EventsConsumer
from apps.chat.edges.sockets.chat import ChatConsumer
from apps.chat.edges.sockets.nowhere import NowhereConsumer
from apps.core.http.handshake import HandshakeGate

websocket_application = HandshakeGate(
    URLRouter(
        [
            re_path(r"^ws/chat/(?P<conversation_id>[^/]*)/?$", ChatConsumer.as_asgi()),
            re_path(r"^ws/events/?$", EventsConsumer.as_asgi()),
            re_path(r"", NowhereConsumer.as_asgi()),
        ]
    )
)
