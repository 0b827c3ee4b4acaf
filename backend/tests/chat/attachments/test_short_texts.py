"""Texts with a few words in an encoding other than UTF-8: tables, and source code with old comments."""

import pytest

from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp950", "公司,宏碁\n"),
        ("cp950", "// 計算營收\nint x; // 宏碁\n"),
        ("cp950", "┌──┐\n│完成│\n└──┘\n"),
        ("gbk", "公司,联想\n"),
        ("gb18030", "人民币￥100，①这是一个测试文件。€"),
        ("latin-1", "Outside: 20°C, inside: 70°F\n"),
        ("cp1252", "It’s £5 – “déjà vu”, «été»\n"),
        ("cp1252", "São Paulo, coração, Øresund\n"),
        ("cp949", "회사,삼성\n"),
        ("cp932", "会社、東芝のテスト\n"),
        ("cp1251", "Москва, Россия\n"),
        ("cp1250", "Zażółć gęślą jaźń\n"),
    ],
)
def test_a_few_words_in_another_encoding_are_read(uploader: Uploader, encoding: str, text: str) -> None:
    assert uploader.read_text(text.encode(encoding), "words.csv") == text
