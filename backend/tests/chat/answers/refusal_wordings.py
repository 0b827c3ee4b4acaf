"""Refusals in the words of real services: status, body, and the code that each must lead to."""

import json
from typing import Any

CONTEXT, CREDIT, GONE = "AI_CONTEXT_TOO_LONG", "AI_NO_CREDIT", "AI_MODEL_GONE"
KEY, BUSY, OTHER = "AI_KEY_REFUSED", "AI_OVERLOADED", "AI_ERROR"


def error(message: str, **more: Any) -> dict[str, Any]:
    """Return an error in OpenAI's shape."""
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **more}}


def encode(body: object) -> bytes:
    """Return the body of a refusal: text as it is, anything else as JSON."""
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


WORDINGS: list[tuple[str, int, object]] = [
    # The prompt is too long
    (CONTEXT, 400, error("This model's maximum context length is 4097 tokens. However, you requested 5000 tokens.")),
    (CONTEXT, 400, error("Your input exceeds the context window of this model. Please adjust your input.")),
    (CONTEXT, 400, error("Input tokens exceed the configured limit of 272000 tokens.")),
    (CONTEXT, 429, error("Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.")),
    (CONTEXT, 400, [{"error": {"code": 400, "message": "The input token count (9) exceeds the maximum number of "
                                                       "tokens allowed (8)."}}]),
    (CONTEXT, 400, {"message": "Input is too long for requested model"}),
    (CONTEXT, 400, error("prompt is too long: 213462 tokens > 200000 maximum")),
    (CONTEXT, 400, error("input length and `max_tokens` exceed context limit: 86888 + 119866 > 204648")),
    (CONTEXT, 400, {"error": "This model's maximum prompt length is 131072 but the request contains 537812 tokens."}),
    (CONTEXT, 422, {"error": "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9",
                    "error_type": "validation"}),
    (CONTEXT, 422, {"error": "Input validation error: `inputs` must have less than 2048 tokens. Given: 3000"}),
    (CONTEXT, 400, error("Range of input length should be [1, 30720]", code="invalid_parameter_error")),
    (CONTEXT, 400, error("Prompt contains 40000 tokens, too large for model with 32768 maximum context length")),
    (CONTEXT, 400, {"object": "error", "message": "The input (1492905 tokens) is longer than the model's context "
                                                  "length (1048576 tokens).", "code": 400}),
    (CONTEXT, 400, error("the request exceeds the available context size, try increasing it")),
    (CONTEXT, 400, error("Cannot truncate prompt with n_keep (15028) >= n_ctx (7424)")),
    (CONTEXT, 400, {"error": "Trying to keep the first 9 tokens when context the overflows. However, the model is "
                             "loaded with context length of only 8 tokens, which is not enough."}),
    (CONTEXT, 400, error("Invalid request: Your request exceeded model token limit: 262144 (requested: 269030)")),
    (CONTEXT, 400, error("model max length exceeded, max length:8192")),
    (CONTEXT, 400, error("total message size 2100954 exceeds limit 2097152")),
    (CONTEXT, 400, error("Please reduce the length of the messages or completion.")),
    (CONTEXT, 413, error("Request too large for model `x` on tokens per minute (TPM): Limit 10000, Requested 21247, "
                        "please reduce your message size and try again. Upgrade at https://x/settings/billing",
                        type="tokens", code="rate_limit_exceeded")),
    (CONTEXT, 413, error("Request body too large for gpt-4o. Max size: 8000 tokens.", code="tokens_limit_reached")),
    (CONTEXT, 413, "<html><h1>413 Request Entity Too Large</h1></html>"),
    (CONTEXT, 413, ""),
    (CONTEXT, 400, error("prompt token count of 130000 exceeds the limit of 128000")),
    (CONTEXT, 400, error("Current length is 9000 while limit is 8192")),
    (CONTEXT, 400, error("The prompt is too long: 200000, model maximum context length: 131072")),
    (CONTEXT, 400, {"errors": [{"code": 5021, "message": "The estimated number of input and maximum output tokens "
                                                         "(9) exceeded this model context window limit (8)."}]}),
    (CONTEXT, 400, error("Provider returned error", code=400, metadata={
        "raw": json.dumps(error("too many tokens in the prompt")), "provider_name": "x"})),
    (CONTEXT, 400, error("litellm.ContextWindowExceededError: x", type="ContextWindowExceededError")),
    (CONTEXT, 500, error("context size has been exceeded")),
    (CONTEXT, 400, {"message": "too many tokens: size limit exceeded by 100 tokens. Try using fewer inputs."}),
    (CONTEXT, 400, {"error": {"code": "1261", "message": "Prompt 超长"}}),
    (CONTEXT, 400, error("max_tokens must be at least 1, got -808.")),
    (CONTEXT, 400, error("Sequence length is longer than 4096")),
    (CONTEXT, 400, error("input_tokens limit exceeded")),
    # The model is gone
    (GONE, 400, error("x is not a valid model ID", code=400)),
    (GONE, 400, {"object": "error", "message": "Invalid model: x", "type": "invalid_model", "code": "1500"}),
    (GONE, 400, {"error": {"message": "{'error': 'Invalid model name passed in model=x. Call `/v1/models`'}",
                           "type": "None", "param": "None", "code": "400"}}),
    (GONE, 400, error("The model `x` has been decommissioned and is no longer supported.",
                      code="model_decommissioned")),
    (GONE, 400, error("Model Not Exist")),
    (GONE, 400, error("The provided model identifier is invalid.")),
    (GONE, 400, error("The requested model 'x' is not supported by any provider you have enabled.",
                     code="model_not_supported")),
    (GONE, 404, error("model 'x' not found")),
    (GONE, 404, error("The API deployment for this resource does not exist.", code="DeploymentNotFound")),
    (GONE, 404, error("No endpoints found for x/y.", code=404)),
    (GONE, 400, {"errors": [{"code": 5007, "message": "No such model @cf/x or task"}], "success": False}),
    (GONE, 400, error("Unknown model: x", code="unknown_model")),
    (GONE, 400, error("Model does not exist. Please check it carefully.")),
    (GONE, 400, error("This model version has reached the end of its life.")),
    (GONE, 400, error("model x is not loaded")),
    (GONE, 400, {"error": "Model x is not supported by provider y."}),
    (GONE, 400, {"message": "Invocation of model ID x with on-demand throughput isn't supported."}),
    (GONE, 400, error("There are no healthy deployments for this model")),
    # The key is refused
    (KEY, 400, [{"error": {"code": 400, "message": "API key not valid. Please pass a valid API key.",
                           "status": "INVALID_ARGUMENT",
                           "details": [{"@type": "x.ErrorInfo", "reason": "API_KEY_INVALID"}]}}]),
    (KEY, 400, error("Invalid token")),
    (KEY, 400, {"error": "Unauthorized"}),
    (KEY, 400, {"detail": "Unauthorized"}),
    (KEY, 401, error("Incorrect API key provided: sk-x", code="invalid_api_key")),
    (KEY, 401, {"error": {"code": "401", "message": "Access denied due to invalid subscription key or endpoint."}}),
    (KEY, 400, error("Authentication Error, No api key passed in.", type="auth_error")),
    (KEY, 400, error("Incorrect API key provided. You can obtain one at x", code="invalid-argument")),
    (KEY, 403, ""),
    # No credit
    (CREDIT, 429, error("Your account is not active, please check your billing details on our website.",
                       code="billing_not_active")),
    (CREDIT, 429, error("You exceeded your current quota, please check your plan and billing details.",
                       code="insufficient_quota")),
    (CREDIT, 400, error("Your credit balance is too low to access the Anthropic API.")),
    (CREDIT, 403, {"code": "permission-denied", "error": "Your team x has either used all available credits or "
                                                         "reached its monthly spending limit."}),
    (CREDIT, 403, {"error": "Your newly created team doesn't have any credits yet."}),
    (CREDIT, 402, error("Insufficient Balance")),
    (CREDIT, 402, error("This request requires more credits, or fewer max_tokens.", code=402)),
    (CREDIT, 403, error("Key limit exceeded (total limit).", code=403)),
    (CREDIT, 400, error("Access denied, please make sure your account is in good standing.", code="Arrearage")),
    (CREDIT, 429, error("Your account x is suspended, please check your plan and billing details",
                       type="exceeded_current_quota_error")),
    (CREDIT, 429, {"error": {"code": 429, "message": "Your prepayment credits are depleted.",
                             "status": "RESOURCE_EXHAUSTED"}}),
    (CREDIT, 400, error("ExceededBudget: budget has been exceeded", type="budget_exceeded")),
    (CREDIT, 429, error("Account balance insufficient")),
    (CREDIT, 400, 'data: {"code": "arrearage", "message": "x"}\n\n'),
    (CREDIT, 500, {"error": {"message": "x", "http_status_code": 402}}),
    (CREDIT, 403, {"code": 30001, "message": "Sorry, your account balance is insufficient"}),
    (CREDIT, 403, error("This API method requires billing to be enabled.")),
    (CREDIT, 403, error("Your free quota has been used up")),
    (CREDIT, 403, {"code": "AllocationQuota.FreeTierOnly", "message": "The free tier has been exhausted."}),
    (CREDIT, 403, {"error": "You have no remaining credits"}),
    (CREDIT, 403, {"error": "this model requires a subscription, upgrade for access: https://x/upgrade"}),
    # Too busy; the times are longer than one waits for
    (BUSY, 400, error("Too many tokens, please wait 40 seconds before trying again.")),
    (BUSY, 429, {"error": {"code": 429, "message": "You exceeded your current quota. See ai.google.dev/rate-limits. "
                                                   "* Quota exceeded for metric: x. Please retry in 40.5s.",
                           "status": "RESOURCE_EXHAUSTED"}}),
    (BUSY, 400, error("Requests rate limit exceeded, please try again in 40s", code="1302")),
    (BUSY, 429, error("Rate limit reached for x on requests per min (RPM). Please try again in 1m0s. You can increase "
                     "your rate limit by adding a payment method at https://x/account/billing.")),
    (BUSY, 429, error("Weekly usage limit reached. Resets in 6hr 29min.")),
    (BUSY, 429, error("You exceeded your current quota, please check your plan and billing details. Retry in 40s",
                     type="insufficient_quota", code="Throttling.AllocationQuota")),
    (BUSY, 424, {"message": "Model is not ready for inference. Wait and try your request again."}),
    (BUSY, 400, {"error": {"code": "ServerOverloaded", "message": "x", "retry_after": 40}}),
    (BUSY, 400, {"errors": [{"code": 3040, "message": "Capacity temporarily exceeded, please try again."}]}),
    (BUSY, 400, error("Service is too busy. We advise users to switch to another one.")),
    # Neither the key nor the model is the cause
    (OTHER, 403, error("Your chosen model requires moderation. Your input was flagged.", code=403)),
    (OTHER, 403, error("Country, region, or territory not supported", code="unsupported_country_region_territory")),
    (OTHER, 400, error("context deadline exceeded")),
    (OTHER, 400, error("Something is wrong with the request.")),
    (OTHER, 400, "not JSON"),
]  # fmt: skip
