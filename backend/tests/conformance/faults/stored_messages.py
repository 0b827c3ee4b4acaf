"""Servers whose stored messages differ from what was sent (sections 3 to 5 and 7)."""

from typing import Any

from tests.conformance.breaking_proxy import Fault, Frame
from tests.conformance.faults.registry import fault


class StoredMessageFault(Fault):
    """Changes answers that have ended, in GET."""

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            if message["role"] == "assistant" and message["status"] not in {"pending", "streaming"}:
                message.update(self.change(message))
        return status, body

    def change(self, message: Frame) -> Frame:
        return {}


@fault("P-5.2", "P-3.7")
class StoresAnotherModel(StoredMessageFault):
    def change(self, message: Frame) -> Frame:
        return {"model_used": "another-model"}


@fault("P-5.5", "P-3.7")
class StoresOtherDroppedMessages(StoredMessageFault):
    def change(self, message: Frame) -> Frame:
        return {"context_dropped": message["context_dropped"] + 1}


@fault("P-5.7", "P-3.7")
class StoresNoErrorCode(StoredMessageFault):
    only = "a_prompt_that_is_too_long_for_the_model_says_so"

    def change(self, message: Frame) -> Frame:
        return {"error_code": None}


@fault("P-4.8", "P-3.7")
class KeepsTheOldBranchAfterAnEdit(Fault):
    """GET shows the branch of the first version, although the edited one was asked last."""

    only = "regenerate_and_edit_make_siblings"

    def __init__(self) -> None:
        self._first: dict[str, Any] = {}

    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        if isinstance(body, dict) and len(body.get("messages", [])) == 2:
            body["messages"] = self._first.setdefault(path.partition("?")[0], body["messages"])
        return status, body


@fault("P-7.1", "P-5.5")
class CompletesStoppedAnswersLater(StoredMessageFault):
    """GET calls every stopped answer complete."""

    def change(self, message: Frame) -> Frame:
        return {"status": "complete"} if message["status"] == "stopped" else {}


@fault("P-5.2", "P-5.17")
class ListsMessagesWithoutAttachments(StoredMessageFault):
    def respond(self, method: str, path: str, status: int, body: Any) -> tuple[int, Any]:
        for message in body.get("messages", []) if isinstance(body, dict) else []:
            message.pop("attachments", None)
        return status, body
