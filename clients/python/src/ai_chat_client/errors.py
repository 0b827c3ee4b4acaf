"""Errors of the client. Dropped connections are not errors: the client reconnects and continues."""


class ChatError(Exception):
    """The base class of all errors of this package."""


class RefusedError(ChatError):
    """The server refused a command; the model was not asked.

    `code` is a code of the protocol (section 6); `retry_after` is in seconds. If the server closed the connection
    because of the command, `code` is `CLOSED` and `close_code` says why.
    """

    def __init__(self, code: str, message: str, retry_after: int | None = None, close_code: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after = retry_after
        self.close_code = close_code


class ApiError(ChatError):
    """The REST API, or a proxy before it, refused a call with an HTTP `status`.

    `code` is a code of docs/api.md, or `HTTP_ERROR` if the response does not come from the server; `retry_after` is in
    seconds.
    """

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after


class SignedOutError(ChatError):
    """The session has ended, or the tokens or the password are wrong: sign in again."""


class GoneError(ChatError):
    """The conversation does not exist: it was deleted, or is another user's."""


class TooManyConnectionsError(ChatError):
    """The user has as many connections as the server allows: close some."""


class ClosedError(ChatError):
    """The program has closed the conversation. The answer continues on the server."""


class UnreachableError(ChatError):
    """The server could not be reached within the client's time limit (`give_up_after`)."""


class ProtocolError(ChatError):
    """Frames of an answer are missing or malformed, even after the client has asked for them again."""
