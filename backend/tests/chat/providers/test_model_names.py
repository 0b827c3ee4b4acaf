"""Inferences from the name of a model: its context window, and whether it is for chats."""

import pytest

from apps.chat.providers.catalogue.known_models import find_known_window, is_chat_model

pytestmark = pytest.mark.storeless


@pytest.mark.parametrize(
    ("model", "window"),
    [
        ("gpt-4o-2024-11-20", 128_000),
        ("openai/gpt-4o-mini", 128_000),
        ("gpt-4-0613", 8_192),
        ("gpt-4-turbo-preview", 128_000),
        ("GPT-3.5-turbo-0125", 16_385),
        ("gpt-4.1-mini", 1_047_576),
        ("gpt-5-mini", 272_000),
        ("gpt-5.2", 272_000),
        ("gpt-5.4", 1_050_000),
        ("gpt-5.5-mini", 1_050_000),
        ("gpt-6-nano", 922_000),
        ("o3-mini", 200_000),
        ("o1-2024-12-17", 200_000),
        ("o4-mini", 200_000),
        ("openai/o1-mini", 128_000),
        ("o1-preview-2024-09-12", 128_000),
        ("ft:gpt-4o-mini-2024-07-18:company::AbC123", 128_000),
        ("ft:gpt-3.5-turbo:company:purpose:AbC123", 16_385),
        ("spare-ai::ft:gpt-4.1-mini:company::AbC123", 1_047_576),
        ("azure/gpt-35-turbo", 16_385),
        ("gpt-35-turbo-16k", 16_385),
        ("openai/gpt-5.4:online", 1_050_000),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", 100_000),
        ("accounts/fireworks/models/deepseek-v3", 64_000),
        ("unknown-model", 8_192),
        ("", 8_192),
    ],
)
def test_context_windows_follow_from_the_family(model: str, window: int) -> None:
    assert find_known_window(model) == window


@pytest.mark.parametrize(
    "model",
    [
        "gpt-4o",
        "gpt-4.1-nano",
        "o3-mini",
        "llama3.2:3b",
        "Meta-Llama-3.1-8B-Instruct",
        "qwen2.5-coder:7b",
        "claude-sonnet-4",
        "anthropic/claude-3.5-haiku",
        "deepseek-r1:1.5b",
        "gemma3:4b",
        "phi4",
        "gpt-4o-search-preview",
        "gemini-2.5-pro",
        "openai/gpt-5-pro",
        "ft:gpt-4o-mini:company:image-captions:AbC123",
    ],
)
def test_a_chat_model_is_recognized_by_its_name(model: str) -> None:
    assert is_chat_model(model)


@pytest.mark.parametrize(
    "model",
    [
        "text-embedding-3-large",
        "nomic-embed-text:latest",
        "whisper-1",
        "tts-1-hd",
        "gpt-4o-mini-tts",
        "dall-e-3",
        "gpt-image-1",
        "omni-moderation-latest",
        "gpt-4o-audio-preview",
        "gpt-4o-realtime-preview",
        "gpt-4o-transcribe",
        "BAAI/bge-m3",
        "bge-reranker-v2",
        "davinci-002",
        "babbage-002",
        "stable-diffusion-xl",
        "gpt-3.5-turbo-instruct",
        "all-minilm:l6",
        "sora-2",
        "gpt-5-pro",
        "o1-pro-2025-03-19",
        "gpt-5.1-codex-mini",
        "ft:davinci-002:company::AbC123",
    ],
)
def test_a_model_for_another_purpose_is_recognized_by_its_name(model: str) -> None:
    assert not is_chat_model(model)
