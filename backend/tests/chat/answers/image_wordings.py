"""Refusals of questions with images, in the words of real services: status and body."""

from tests.chat.answers.refusal_wordings import error

UNION = "required properties at '/' are 'prompt', Type mismatch of '/messages/0/content', 'array' not in 'string'"
ONE_OF = "'messages.0' : for 'role:user' the following must be true[('messages.0.content' : value must be a string)]"
ADD_ON = "Error in iterating prediction stream: ValueError: Vision add-on is not loaded, but images were provided"
VARIANT = "Failed to deserialize the JSON body into the target type: messages[0]: unknown variant `image_url`"
HINT = "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj"
GROQ = 'litellm.BadRequestError: GroqException - {"error":{"message":"messages[0].content must be a string"}}'
PART = ["body", "messages", 0, "content", 1, "type"]

BLIND: list[tuple[int, object]] = [
    # llama.cpp
    (500, error(HINT, code=500)),
    (500, error("This feature is not supported for non-multimodal model; start it with `--mmproj`", code=501)),
    (500, error("unsupported content[].type", code=500)),
    # Ollama
    (500, error("Failed to create new sequence: this model is missing data required for image input")),
    (400, {"error": "this model does not support image input (ref: b8bd630e)"}),
    (400, {"error": '"llama3" does not support vision'}),
    (400, error("invalid message content type: image_url")),
    # vLLM and others that use its server
    (400, error("x/y is not a multimodal model", code=400)),
    (400, error("At most 0 image(s) may be provided in one prompt.", code=400)),
    (400, error("only text content is supported")),
    (400, error("This model is text-only")),
    # LM Studio
    (400, {"error": "Model does not support images. Please use a model that does."}),
    (200, {"error": {"message": ADD_ON}, "message": ADD_ON}),
    (400, {"error": "<LM Studio error> Vision model is not loaded. Cannot process images."}),
    # OpenRouter
    (404, error("No endpoints found that support image input", code=404)),
    (404, error("No available endpoints support vision input", code=404)),
    # Groq
    (400, error("messages[0].content must be a string")),
    (400, error(ONE_OF)),
    # Mistral
    (400, {"object": "error", "message": "Image input is not enabled for this model", "code": "3051"}),
    (400, {"object": "error", "message": "Image input is only supported for Pixtral models."}),
    # DeepSeek
    (400, error(VARIANT)),
    # OpenAI and Azure
    (400, error("Invalid content type. image_url is only supported by certain models.", param="messages.[1].content")),
    (400, error("Invalid value: 'image_url'. Supported values are: 'text' and 'refusal'.", code="invalid_value")),
    (400, error("Invalid type for 'messages[0].content': expected a string, but got an array instead.")),
    (400, error("The model does not have vision capability")),
    (400, error("Unsupported content type: image_url")),
    # LiteLLM, which passes on the error of the service
    (400, error(GROQ)),
    (400, error(f"litellm.BadRequestError: DeepseekException - {VARIANT}")),
    # Bedrock, Google, GitHub, SiliconFlow, Zhipu, Cloudflare, Cerebras, xAI, Fireworks and Volcengine
    (400, {"message": "This model doesn't support the image content block that you provided."}),
    (400, error("Image input modality is not enabled for models/gemma-3-1b-it", status="INVALID_ARGUMENT")),
    (400, error('model "gpt-4.1" not supported for vision', code="")),
    (400, error("The provided model is not a vision model. Please provide a vision model.")),
    (400, {"code": 20041, "message": "The model is not a VLM (Vision Language Model). Please use text-only prompts."}),
    (400, error("messages.content.type 参数非法，取值范围 ['text']", code="1210")),
    (400, {"errors": [{"message": f"AiError: Bad input: Error: oneOf at '/' not met, 0 matches: {UNION}"}]}),
    (422, {"message": "body.messages.0.user.content: Input should be a valid string", "code": "wrong_api_format"}),
    (400, {"message": "Content type 'image_url' is not supported. Only 'text' content type is supported."}),
    (400, {"error": "Image inputs are not supported by this model."}),
    (400, error("Fireworks AI model does not support image inputs. Use a Fireworks vision model.")),
    (400, error("Model do not support image input. Request id: 02", param="image_url")),
    # Validators, which name the field
    (422, {"detail": [{"type": "literal_error", "loc": PART, "msg": "Input should be 'text'", "input": "image_url"}]}),
    (422, {"detail": [{"type": "string_type", "loc": PART[:4], "msg": "Input should be a valid string"}]}),
    # Others
    (400, error("content part type 'image_url' is not supported by this model")),
    (400, error("The model does not support multimodal inputs")),
    (422, {"detail": "This model doesn't accept image input."}),
    (400, error("This model only supports text input.")),
    (400, error("This model supports text input only")),
    (400, error("Non-text content is not accepted")),
    (400, error("The selected model is not multimodal and cannot process visual input.")),
    (400, error("Image inputs are not compatible with this model")),
    (400, error("Unsupported input type: image")),
    (400, error("该模型不支持图片输入")),
    (400, error("該模型不支援圖片")),
]  # fmt: skip
"""The model sees no images."""

SEEING: list[tuple[int, object]] = [
    (400, error("Unsupported image format")),
    (400, error("The image format webp is not supported", code="invalid_image_format")),
    (400, error("image/webp images are not supported. Use image/png or image/jpeg")),
    (400, error("Could not process image")),
    (400, error("messages.0.content.1.image.source.base64: image exceeds 5 MB maximum: 6 bytes > 5242880 bytes")),
    (400, error("Images with more than 8000 pixels on a side are not supported")),
    (400, error("Too many images: this model supports at most 5 images")),
    (400, error("At most 4 image(s) may be provided in one prompt.")),
    (400, error("Image url should be a valid url or should like data:image/TYPE;base64,YOUR-BASE64-CONTENT")),
    (400, error("prompting with images is incompatible with system messages")),
    (400, error("messages[3].content must be a non-empty string")),
    (422, {"detail": [{"loc": ["body", "model"], "msg": "Input should be a valid string"}]}),
    (400, error("Input should be 'text' or 'json_object'", param="response_format.type")),
]
"""This image, or another part of the request, is refused: the model may see others."""
