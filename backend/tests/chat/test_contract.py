"""`contract/` is up to date, and its golden files hold (docs/protocol.md: P-3.2, P-3.4)."""

import json
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from django.core.management import CommandError, call_command
from jsonschema import Draft202012Validator, FormatChecker

from apps.chat.contract import schema
from apps.chat.contract.examples import FRAMES
from apps.chat.notify.notifications import ChatNotification
from apps.chat.protocol import frames
from apps.chat.protocol.commands import BaseCommand
from apps.chat.protocol.decoding import SOCKET_COMMANDS, RefusedFrameError
from apps.chat.protocol.encoding import encode, encode_refusal
from apps.core.notify import Notification
from testkit.socket_client import AnswerCheck

pytestmark = pytest.mark.storeless

CONTRACT = Path(__file__).parents[3] / "contract"
SCHEMA: dict[str, Any] = json.loads((CONTRACT / "frames.schema.json").read_text())


def read_golden(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = json.loads((CONTRACT / "golden" / name).read_text())
    return cases


def validator_of(name: str) -> Draft202012Validator:
    definition = {"$ref": f"#/$defs/{name}", "$defs": SCHEMA["$defs"]}
    return Draft202012Validator(definition, format_checker=FormatChecker())


def leaves_of(base: type[Notification]) -> set[type[Notification]]:
    """Return the subclasses that have none themselves."""
    children = base.__subclasses__()
    return set().union(*(leaves_of(child) for child in children)) if children else {base}


def test_every_notification_is_in_the_union_that_workers_decode() -> None:
    assert leaves_of(Notification) == set(get_args(ChatNotification.__value__))


def decode_answer_frame(frame: dict[str, Any]) -> frames.Frame:
    match frame["type"], frame.get("done", False):
        case "chat.reasoning", _:
            return msgspec.convert(frame, frames.ReasoningDelta)
        case "chat.error", _:
            return msgspec.convert(frame, frames.FailedEnd)
        case _, True:
            return msgspec.convert(frame, frames.StreamEnd)
        case _:
            return msgspec.convert(frame, frames.StreamDelta)


def test_the_contract_is_what_this_code_writes() -> None:
    call_command("export_contract", check=True)


def test_a_contract_that_is_out_of_date_is_named(tmp_path: Path) -> None:
    call_command("export_contract", folder=tmp_path)
    call_command("export_contract", folder=tmp_path, check=True)
    (tmp_path / "openapi.json").write_text("{}")
    (tmp_path / "golden" / "old.json").write_text("[]")
    with pytest.raises(CommandError, match=r"\(golden/old\.json, openapi\.json\)"):
        call_command("export_contract", folder=tmp_path, check=True)


def test_the_schema_is_valid_and_fits_its_own_examples() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    described = [(name, shape) for name, shape in SCHEMA["$defs"].items() if "examples" in shape]
    assert len(described) > 20
    for name, shape in described:
        for example in shape["examples"]:
            validator_of(name).validate(example)


def test_a_frame_without_an_example_is_refused() -> None:
    with pytest.raises(schema.ContractError, match="AuthSuccess has no example"):
        schema.describe_frames(FRAMES[1:])


@pytest.mark.parametrize("case", read_golden("frames.json"), ids=lambda case: case["name"])
def test_golden_frames_survive_the_decoder_and_the_encoder(case: dict[str, Any]) -> None:
    frame: frames.Frame = msgspec.json.decode(case["text"], type=getattr(frames, case["name"]))
    assert encode(frame) == case["text"]


@pytest.mark.parametrize("case", read_golden("commands.json"), ids=lambda case: case["name"])
def test_golden_commands_are_decoded(case: dict[str, Any]) -> None:
    command: BaseCommand = SOCKET_COMMANDS.decode(case["text"])
    assert type(command).__name__ == case["name"]
    assert msgspec.json.encode(command).decode() == case["text"]


@pytest.mark.parametrize("case", read_golden("refusals.json"), ids=lambda case: case["text"])
def test_commands_of_the_golden_refusals_are_refused(case: dict[str, Any]) -> None:
    with pytest.raises(RefusedFrameError) as refused:
        SOCKET_COMMANDS.decode(case["text"])
    assert encode_refusal(refused.value.error, refused.value.client_id) == case["refusal"]
    validator_of("ErrorFrame").validate(json.loads(case["refusal"]))


@pytest.mark.parametrize("case", read_golden("answers.json"), ids=lambda case: case["name"])
def test_golden_answers_have_one_outcome(case: dict[str, Any]) -> None:
    for frame in case["frames"]:
        assert json.loads(encode(decode_answer_frame(frame))) == frame
        validator_of("AnswerFrame").validate(frame)
    assert outcome_of(case["frames"]) == case["expect"]


def outcome_of(sent: list[dict[str, Any]]) -> dict[str, Any]:
    check = AnswerCheck(sent[0]["message_id"])
    for frame in sent:
        if check.knows(frame):
            continue
        try:
            check.take(frame)
        except AssertionError:
            return {"gap": True}
    return {
        "content": check.content,
        "reasoning": check.reasoning,
        "run": check.run,
        "seq": check.seq,
        "status": check.ended["status"] if check.ended else "streaming",
    }
