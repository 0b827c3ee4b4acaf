"""The signs of each failure: codes and kinds of sentences of the services that are in use."""

import re

from apps.chat.providers.errors import Failure
from apps.chat.providers.failures.durations import find_wait
from apps.chat.providers.failures.refusal_body import Refusal


def _words(*kinds: str) -> re.Pattern[str]:
    return re.compile("|".join(kinds), re.IGNORECASE)


_IMAGE_CODES = {"image_input_not_supported", "image_content_not_supported"}
_IMAGES = _words(
    # OpenAI, vLLM, llama.cpp, OpenRouter, Mistral, LM Studio, Ollama, DeepSeek, Groq, Bedrock and others.
    r"\bimages?(?:_urls?)?\b.{0,20}\bonly (?:supported|available|accepted)|support(?:s|ing)? (?:image|vision|visual)",
    r"\b(?:images?(?:_urls?)?|vision|multi-?modal\w*)\b.{0,40}\b(?:not|n't|isn't) (?:supported|enabled|available)",
    r"\bimages?\b.{0,20}\bnot compatible with (?:this|the) model|at most 0 image|required for image input",
    r"image input is not|(?:not|n't) (?:support(?:ed)?|accept)\b.{0,30}\b(?:image|vision|multi-?modal)",
    r"\b(?:not|non)[ -](?:an? )?(?:multi-?modal|vision|vlm)\b|\bvision (?:add-on|adapter|encoder|model) is not loaded",
    r"(?:cannot|can't) (?:process|handle|see|view|accept|read|understand) (?:images\b|image input|visual)",
    r"\b(?:not have|lacks?|no|without) (?:vision|image|visual) (?:input )?(?:capabilit|support)",
    r"(?:invalid|illegal|unknown|unexpected|unrecogni[sz]ed|unsupported)\b.{0,30}"
    r"\b(?:type|value|variant|part|modality)\W{1,4}image(?:_url)?\b(?![./])",
    r"unsupported\b.{0,30}\bimage_url|unsupported image input|unsupported content\[\]\.type",
    # They name only what they do accept: text, or a string in place of a list of parts.
    r"only (?:supports?|accepts?|process(?:es)?|handles?|takes?) text\b(?!-)|\btext[ -]only\b|\bnon-text\b",
    r"(?:supports?|accepts?) text (?:input|content)s? only",
    r"only (?:type )?\W?text\W?(?: \w+){0,3} (?:is|are) (?:support|allow|accept)",
    r"\bcontent\W{0,6}(?:input |value )?(?:must|should) be (?:a |of type )?(?:valid )?string",
    r"\bcontent\W{1,4}expected (?:a )?string, (?:but )?got|\bcontent\W{1,4}array\W{1,3}not in \W?string",
    r"不支[持援].{0,8}(?:[图圖]片|[图圖影]像|[视視][觉覺]|多模[态態])|(?:[图圖]片|[图圖影]像).{0,8}不支[持援]",
    r"content\.type.{0,12}取值范围\W{0,4}text",
)
_ONE_IMAGE = _words(
    r"image (?:format|type|size|dimension)|\bmime|(?<!data:)\bimage/\w|\bpixels?\b|too many images",
    r"\bimages?\b.{0,40}\b(?:exceed|too (?:large|big|small))",
)
"""Signs that a service sees images, but refuses this one."""

_CONTENT = re.compile(r"\bmessages\b.*\bcontent\b(?!.*image)")
_WANTS_TEXT = _words(r"(?:must|should) be (?:a )?(?:valid )?string|should be \W?text\W?$")

_LENGTH_CODES = {
    "context_length_exceeded", "exceed_context_size_error", "string_above_max_length", "request_too_large",
    "contextwindowexceedederror", "model_context_window_exceeded", "context_window_exceeded",
    "tokens_limit_reached", "prompt_too_long", "input_too_long",
}  # fmt: skip
_LENGTH = _words(
    r"\bcontext[ _-]?(?:length|window|size|limit|overflow)|maximum context|context the overflows|\bn_ctx\b",
    r"too many (?:input |prompt )?tokens(?!.{0,20}(?:wait|per ))",
    r"\b(?:prompt|inputs?|messages?|conversation|query|input tokens?|tokens?)\b.{0,60}"
    r"\b(?:too (?:long|large|big)|exceed|(?:longer|larger|greater|more) than)",
    r"\brequest\b.{0,20}\b(?:too (?:long|large|big)|exceed\w*\b.{0,40}\b(?:token|size|length))",
    r"\b(?:prompt|input|sequence|model|message) (?:max(?:imum)? )?length\b.{0,40}(?:exceed|should be|must be)",
    r"max(?:imum)? (?:prompt|input|sequence|message|model) (?:length|tokens|size)|max(?:imum)? length exceeded",
    # vLLM, which computes how much room the prompt leaves.
    r"max_tokens must be (?:at least 1|greater than 0|positive)\b.{0,10}got -",
    r"exceed\w* max(?:imum)? (?:\w+ )?length|token (?:limit|count) .{0,20}exceed|exceed\w* .{0,30}token limit",
    r"`?inputs`? .{0,40}\bmust (?:be|have)\b|current length is \d+ while limit|expected maxlength",
    r"reduce (?:the length|your (?:message|prompt|input))|(?:input|prompt)\b.{0,40}must be reduced",
    r"body (?:is )?too large|input_tokens? limit|\bsequence (?:length )?is longer than",
    r"上下文.{0,12}超|prompt.{0,4}超长|(?:输入|长度|token).{0,12}超(?:过|出|限)|超(?:过|出).{0,16}(?:长度|token)",
)
_NOT_LENGTH = _words(r"\bimage\b.{0,30}too large", r"timed? ?out|deadline")

_RATE_CODES = {
    "rate_limit_exceeded", "rate_limit_error", "rate_limit_reached_error", "rate_limit", "too_many_requests",
    "overloaded_error", "server_overloaded", "engine_overloaded_error", "server_is_overloaded", "model_overloaded",
    "throttlingexception", "serveroverloaded", "resource_exhausted", "slow_down", "queue_exceeded", "ratelimiterror",
    "limit_burst_rate",
}  # fmt: skip
_RATE = _words(
    r"overloaded|rate[ _-]?limit|too many (?:requests|tokens(?=.{0,20}(?:wait|per )))|throttl",
    r"(?:over|at) capacity|capacity (?:temporarily )?exceeded|\bnot ready (?:yet|for inference)",
    r"(?:requests?|tokens?|queries) per (?:second|sec|minute|min|hour|day)\b|\b[RT]P[MD]\b|free[- ]models[- ]per[- ]",
    r"quota exceeded for metric|(?:too many(?! \w*tokens)|concurren\w+).{0,30}(?:exceed|limit|reached)",
    r"(?:high|heavy) (?:demand|traffic|load)\b|(?:server|service|model) (?:is )?(?:too )?busy|\bloading(?: the)? model",
    r"model .{0,60}is (?:currently |still )?loading|\b(?:retry|try again) in \d|限流|请求过(?:于|多)|系统繁忙",
)
_TOO_LARGE = _words(r"too large|must be reduced|reduce your (?:message|prompt|input)")

_CREDIT_CODES = {
    "insufficient_quota", "billing_hard_limit_reached", "insufficient_balance", "payment_required",
    "billing_not_active", "insufficient_credits", "insufficient_funds", "credit_balance_too_low", "billing_error",
    "exceeded_current_quota_error", "arrearage", "insufficient_user_quota", "prepayment_required",
}  # fmt: skip
_CREDIT = _words(
    r"insufficient[ _](?:\w+ )?(?:credit|balance|quota|funds)|exceeded your current quota|payment (?:is )?required",
    r"\bcredit balance|\b(?:no|not enough|out of|any|enough|used (?:up |all )+\w*|requires? more) credits?\b",
    r"credits?\b.{0,20}(?:exhausted|depleted|used up|expired)",
    r"(?:balance|funds?|quota|free tier)\b.{0,30}\b(?:exhausted|depleted|too low|not enough|insufficient|used up)",
    r"check your (?:plan and )?billing|billing (?:is not active|hard limit|issue|problem)|billing_not_active",
    r"billing to be enabled|enable billing|no remaining credits|requires? a subscription",
    r"account (?:is )?(?:not active|inactive|suspended|in arrears|overdue)|account is in good standing",
    r"(?:monthly |daily )?(?:spending|spend|usage|budget) limits? (?:\w+ )?(?:exceeded|reached)",
    r"reached (?:its|your) .{0,30}(?:spending|usage) limit|budget has been exceeded|key limit exceeded",
    r"daily free allocation|top[ -]?up|recharge|余额不足|欠费|额度.{0,6}不足",
)

_GONE_CODES = {
    "model_not_found", "model_not_available", "deploymentnotfound", "model_decommissioned", "invalid_model",
    "unknown_model", "model_not_supported", "modelnotfound", "modelnotfoundexception", "no_such_model",
    "model_deprecated", "model_not_found_error", "invalid_model_id", "unavailable_model",
}  # fmt: skip
_GONE = _words(
    r"\b(?:models?|deployment)\b.{0,80}(?:not found|not exist|n't exist|no longer|decommissioned|deprecated|retired)",
    r"\bmodels?\b.{0,80}(?:discontinued|end of (?:its )?life|not a valid|is unknown|identifier is invalid)",
    r"\bmodels?\b.{0,80}(?<!currently) is not available(?!.{0,20}(?:now|moment|currently|temporar))",
    r"not a valid model|(?:no such|unknown|unsupported|unrecogni[sz]ed) model|not found the model|模型不存在",
    r"no models? loaded|\bmodel (?:\S+ )?is (?:not loaded|offline)|no healthy deployments",
    r"\bmodel\b.{0,80} (?:not|n't) supported by provider|on-demand throughput (?:is not|isn.t) supported",
    r"invalid model(?! (?:output|input|parameter|response|config))|unable to access (?:\S+ )?model",
    r"no (?:allowed |available )?(?:endpoints|providers|deployments)\b.{0,30}\b(?:found|available|support)",
    r"\bmodel\b.{0,80} not supported by any provider",
)

_KEY_CODES = {
    "invalid_api_key", "authentication_error", "permission_denied", "invalid_authentication", "api_key_invalid",
    "invalidapikey", "unauthorized", "unauthenticated", "invalid_token", "expired_token", "token_expired",
    "invalid_authentication_error", "incorrect_api_key_error", "authenticationerror", "authentication_failed",
    "account_deactivated", "invalid_key", "unrecognizedclientexception", "api_key_not_found",
}  # fmt: skip
_KEY = _words(
    r"(?:invalid|incorrect|missing|wrong|expired|bad|no|malformed|illegal|unknown) (?:\w+ )?"
    r"(?:(?:api|access|auth\w*|subscription|secret)[ _-]?(?:key|token|header|credentials)|x-api-key|bearer token)",
    r"api[ _-]?key\b.{0,30}(?:not valid|invalid|expired|incorrect|revoked|disabled|deleted|not found|missing|required)",
    r"(?:invalid|expired|revoked) token\b|token (?:is |has )(?:expired|invalid|revoked)|security token",
    r"\bunauthori[sz]ed\b|authentication (?:failed|fails|error|required)",
    r"no (?:cookie )?auth(?:entication)? credentials",
    r"invalid (?:authentication|authorization|credentials)|令牌.{0,12}(?:无效|过期|不可用)|无效的.{0,4}(?:令牌|key)",
)

# The service refuses the content or the user's region: neither the key nor the model is the cause, whatever the status
# says.
_OTHER = _words(
    r"\bflagged\b|requires moderation|content (?:policy|filter|management)|safety (?:system|policy)",
    r"country, region|location is not supported|not (?:available|supported) in your (?:country|region)",
)


def find_failure_by_signs(refusal: Refusal) -> Failure | None:
    """Return the failure that the codes or the words of a refusal name; None if they name none that is known."""
    codes, words = set(refusal.codes), refusal.sentences
    if _is_about_images(refusal):
        return Failure.IMAGES_NOT_SUPPORTED
    is_throttled = any(code.startswith("throttling") for code in codes)
    # A limit that a wait cures is a rate limit, even if the service calls it a quota.
    says_rate = is_throttled or _RATE.search(words) is not None or find_wait(words) is not None
    if is_about_length(refusal) and (not says_rate or _TOO_LARGE.search(words)):
        return Failure.CONTEXT_TOO_LONG
    is_rate = says_rate or codes & _RATE_CODES
    signs = (
        # A limit per minute is often called a quota, too, and some say how much credit would raise it.
        (Failure.NO_CREDIT, (codes & _CREDIT_CODES and not is_throttled) or (_CREDIT.search(words) and not says_rate)),
        (Failure.OVERLOADED, is_rate),
        (Failure.MODEL_GONE, codes & _GONE_CODES or _GONE.search(words)),
        (Failure.ERROR, _OTHER.search(words)),
        (Failure.KEY_REFUSED, codes & _KEY_CODES or _KEY.search(words)),
    )
    return next((failure for failure, is_there in signs if is_there), None)


def _is_about_images(refusal: Refusal) -> bool:
    """Return whether a refusal says that the model sees no images, or takes nothing but text."""
    if _IMAGE_CODES.intersection(refusal.codes):
        return True
    if _ONE_IMAGE.search(refusal.sentences):
        return False
    # Validators name the field that is not the text they expect.
    is_content = _CONTENT.search(".".join(refusal.parameters)) is not None
    return _IMAGES.search(refusal.sentences) is not None or (
        is_content and _WANTS_TEXT.search(refusal.sentences) is not None
    )


def is_about_length(refusal: Refusal) -> bool:
    """Return whether a refusal says that the prompt is too long."""
    if _LENGTH_CODES.intersection(refusal.codes):
        return True
    return _LENGTH.search(refusal.sentences) is not None and _NOT_LENGTH.search(refusal.sentences) is None
