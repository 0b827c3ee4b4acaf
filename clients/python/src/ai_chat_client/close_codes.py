"""Close codes of a WebSocket (section 6 of the protocol). An event stream reports the same."""

GOING_AWAY = {1001, 1012}
FRAME_REFUSED = {1003, 1007, 1008, 1009}
"""The server refused a frame, which must not be repeated."""

SIGNED_OUT = 4001
MALFORMED_ID = 4002
NO_CONVERSATION = 4004
GONE = {MALFORMED_ID, NO_CONVERSATION}
TOO_MANY = 4029
