"""Refusals of a command, with the codes of docs/protocol.md, section 6."""

from apps.core.errors import ConflictError, InvalidInputError, NotFoundError, TemporarilyUnavailableError


class NoConversationError(NotFoundError):
    """The conversation is missing, deleted or another user's: the same answer for all three."""

    code = "NO_CONVERSATION"
    message = "This conversation does not exist."


class InvalidMessageError(InvalidInputError):
    """A field that is missing, of the wrong type, or not allowed here."""

    code = "INVALID_MESSAGE"
    message = "The command has an invalid field."


class EmptyContentError(InvalidInputError):
    """A question that is empty or blank."""

    code = "EMPTY_CONTENT"
    message = "The message is blank: write something first."


class MessageTooLongError(InvalidInputError):
    """A question longer than the limit."""

    code = "MESSAGE_TOO_LONG"
    message = "The message is too long."


class ImagesNotSupportedError(InvalidInputError):
    """A question with images for a model that is known not to see them."""

    code = "IMAGES_NOT_SUPPORTED"
    message = "This model cannot see images: choose another model, or ask without them."


class AlreadyProcessingError(ConflictError):
    """An answer is being written in the conversation: only one at a time is allowed."""

    code = "ALREADY_PROCESSING"
    message = "An answer is being written in this conversation: wait for it or stop it first."


class ServerDrainingError(TemporarilyUnavailableError):
    """This worker is about to end and starts no new answers: another one does."""

    message = "The server is about to restart: try again in a moment."

    def __init__(self) -> None:
        super().__init__(retry_after=1)
