"""Which socket answers which path."""

from channels.routing import URLRouter
from django.urls import re_path

from apps.chat.consumers.chat import ChatConsumer
from apps.chat.consumers.events import EventsConsumer
from apps.chat.consumers.nowhere import NowhereConsumer
from apps.core.handshake import HandshakeGate

websocket_application = HandshakeGate(
    URLRouter(
        [
            re_path(r"^ws/chat/(?P<conversation_id>[^/]*)/?$", ChatConsumer.as_asgi()),
            re_path(r"^ws/events/?$", EventsConsumer.as_asgi()),
            re_path(r"", NowhereConsumer.as_asgi()),
        ]
    )
)
