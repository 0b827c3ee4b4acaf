"""The part of a request that a service refuses: a parameter, an effort or the system role, which a retry can omit."""

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from apps.chat.providers.failures.failure_signs import is_about_length
from apps.chat.providers.failures.refusal_body import read_refusal
from apps.chat.providers.requests.completions import OPTIONAL_PARAMETERS, STREAM, SYSTEM, name_effort_parameter

_PARAMETER_NAMES = tuple(
    # Some write `reasoning.effort`, `reasoningEffort` or "maximum tokens".
    (
        name,
        re.compile(
            rf"(?<![a-z0-9]){name.replace('_', '[ _.]?').replace('max', 'max(?:imum)?')}(?![a-z0-9])", re.IGNORECASE
        ),
    )
    for name in sorted(OPTIONAL_PARAMETERS)
)
_NO_REASONING = re.compile(
    # Ollama, Google, OpenRouter and Anthropic.
    r"\beffort\b|\b(?:think|thinking|reasoning)[ _](?:budget|level|mode|value)"
    r"|(?:not|n't) support(?:ed)?\b.{0,30}\b(?:thinking|reasoning)\b"
    r"|\b(?:thinking|reasoning)\b.{0,40}\b(?:not|n't|un)(?: be)? ?(?:supported|allowed|enabled)"
    r"|\b(?:thinking|reasoning) is (?:mandatory|required)|invalid (?:think|thinking|reasoning)\b",
    re.IGNORECASE,
)
_LIMIT_OF_OUTPUT = re.compile(
    # Groq, Cohere and Bedrock: these sentences also speak of the context, or of too many tokens.
    r"\bmax[ _]tokens\W{0,3} must be (?:less|at most|between)|\bmaximum tokens (?:value|you requested)",
    re.IGNORECASE,
)
_NO_STREAM = re.compile(
    r"verified to stream|\bstream(?:ing)?\b[`'\"]? (?:is not|isn.t|does not|mode is not) (?:support|allow|available)"
    r"|(?:not|n't) support(?:ed)? (?:for )?[`'\"]?stream(?:ing)?\b(?![ _]options)",
    re.IGNORECASE,
)
_EFFORT = re.compile(r"\b(?:minimal|low|medium|high|xhigh)\b|['\"`]none\b", re.IGNORECASE)
_ROLE_PARAMETER = re.compile(r"messages\W*\d+\W*role")

_NEGATIONS = r"(?:not|n't|unsupported|unexpected|invalid|unknown|unrecogni[sz]ed|disallowed|one of)"
_NO_SYSTEM_ROLE = re.compile(
    # Gemma, Google, OpenAI, Bedrock, LiteLLM, Mistral and others.
    r"system[`'\"]? (?:role|message|prompt|instruction)s?\b.{0,40}\b(?:not |un)(?:supported|allowed|enabled)"
    r"|(?:not|n't) (?:support|allow|accept)(?:ed)? (?:the |a )?"
    r"(?:[`'\"]system[`'\"]|system (?:role|message|prompt|instruction))"
    r"|\brole:? [`'\"]?system[`'\"]? (?:is )?(?:not |un)(?:supported|allowed)"
    r"|\b(?:invalid|unknown|unsupported|unexpected) (?:message )?role:? [`'\"]?system\b"
    rf"|\b{_NEGATIONS}\b.{{0,60}}[`'\"]system[`'\"]|[`'\"]system[`'\"].{{0,60}}\b{_NEGATIONS}\b"
    r"|developer instructions? (?:is|are) not (?:supported|allowed|enabled)"
    r"|system message must be (?:at the beginning|the first)"
    r"|only .{0,20}user.{0,20}assistant.{0,20}roles?|roles? must alternate"
    r"|system (?:role|message|prompt|instruction)s? (?:is|are) disabled|no system (?:role|message|prompt|instruction)"
    r"|\bsystem is (?:not|an invalid)\b.{0,20}\brole"
    r"|\brole\b.{0,30}\bone of\b.{0,10}user.{0,10}assistant|should be [`'\"]user[`'\"] or [`'\"]assistant"
    r"|(?:first message|conversation) must (?:be from|have|use|start with)\b.{0,20}\buser\b",
    re.IGNORECASE,
)


def find_refused_part(body: bytes, request: Mapping[str, Any]) -> str | None:
    """Return the optional part of a request that a service refuses: a parameter, an effort, or the system role."""
    refused = find_refused_parameter(body, request.keys())
    if refused == "reasoning_effort" and _names_effort(body):
        return name_effort_parameter(request["reasoning_effort"])
    has_system = any(message["role"] == SYSTEM for message in request["messages"])
    return SYSTEM if refused is None and has_system and _refuses_system_role(body) else refused


def find_refused_parameter(body: bytes, sent: AbstractSet[str]) -> str | None:
    """Return which of the optional parameters `sent` a refusal complains about, if any.

    The parameter that it names as such (`error.param`, the location that a validator gives) precedes parameters in its
    message. A message about too long a prompt is not about the parameters that it mentions.
    """
    candidates = OPTIONAL_PARAMETERS & sent
    refusal = read_refusal(body)
    if STREAM in sent and (STREAM in refusal.parameters or _NO_STREAM.search(refusal.sentences)):
        return STREAM
    for named in refusal.parameters:
        if found := next(_find_mentioned(named, candidates), None):
            return found
    if is_about_length(refusal) and not _LIMIT_OF_OUTPUT.search(refusal.sentences):
        return None
    mentioned = next(_find_mentioned(refusal.sentences, candidates), None)
    if mentioned is None and "reasoning_effort" in candidates and _NO_REASONING.search(refusal.sentences):
        return "reasoning_effort"
    return mentioned


def _names_effort(body: bytes) -> bool:
    """Return whether a refusal names efforts, so that only the effort that was sent is refused."""
    return _EFFORT.search(read_refusal(body).sentences) is not None


def _find_mentioned(words: str, candidates: AbstractSet[str]) -> Iterator[str]:
    """Yield the `candidates` that `words` mention, in the order of the words.

    Gateways that rename `max_completion_tokens` for a service pass on what that says about `max_tokens`.
    """
    found = ((match.start(), name) for name, pattern in _PARAMETER_NAMES if (match := pattern.search(words)))
    for _, name in sorted(found):
        if name in candidates:
            yield name
        elif name == "max_tokens" and "max_completion_tokens" in candidates:
            yield "max_completion_tokens"


def find_named_parameter(body: bytes, sent: AbstractSet[str]) -> str | None:
    """Return which of the fields `sent` a refusal names; never a field that was not sent."""
    fields = (re.split(r"[.\[]", named)[0] for named in read_refusal(body).parameters)
    return next((field for field in fields if field in sent), None)


def _refuses_system_role(body: bytes) -> bool:
    """Return whether a refusal is about the role `system`: the chat templates of Gemma and others have none."""
    refusal = read_refusal(body)
    named = (*refusal.parameters, ".".join(refusal.parameters))
    return any(map(_ROLE_PARAMETER.search, named)) or _NO_SYSTEM_ROLE.search(refusal.sentences) is not None
