"""Reading PDF files and texts of any encoding."""

import pytest

from apps.chat.providers import tokens
from tests.chat.attachments import files
from tests.chat.attachments.stores import ObservedStore
from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent


def test_a_pdf_is_read_page_by_page(uploader: Uploader, store: ObservedStore) -> None:
    sent = files.pdf("First page", "", "Third page")
    attachment = uploader.attach(sent, "report.pdf")
    assert attachment["kind"] == "document"
    assert attachment["mime"] == "application/pdf"
    assert attachment["pages"] == 3
    assert attachment["bytes"] == len(sent)
    assert attachment["thumbnail_url"] is None
    status, content, headers = uploader.fetch(attachment["text_url"])
    assert status == 200
    assert content.decode() == "[page 1]\nFirst page\n\n[page 3]\nThird page"
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    status, content, headers = uploader.fetch(attachment["url"])
    assert status == 200
    assert content == sent
    assert headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert len(store.names()) == 2


CHINESE_SENTENCE = "這是一份以傳統編碼儲存的文件，內容足夠長，可以辨認出它的編碼。"
CHINESE = CHINESE_SENTENCE * 20
SIMPLIFIED = "这是一份用国家标准编码保存的文件，内容足够长，可以识别。" * 20
JAPANESE = "これは日本語のテキストファイルです。カタカナもあります。" * 20
SVG = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
HTML = "<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        pytest.param(b"print('hello')\n", "print('hello')\n", id="plain"),
        pytest.param(b"\xef\xbb\xbfname,age\n", "name,age\n", id="BOM"),
        pytest.param("Straße 😀".encode("utf-16"), "Straße 😀", id="UTF-16"),
        pytest.param("Name,\tStraße 😀\r\n".encode("utf-16-le"), "Name,\tStraße 😀\r\n", id="UTF-16 without a mark"),
        pytest.param("Name,Straße 號\n".encode("utf-16-be"), "Name,Straße 號\n", id="big-endian UTF-16 without a mark"),
        pytest.param(CHINESE.encode("utf-16-le"), CHINESE, id="UTF-16 in Chinese without a mark"),
        pytest.param("Список покупок\n".encode("utf-16-be") * 9, "Список покупок\n" * 9, id="big-endian Cyrillic"),
        pytest.param(CHINESE.encode("big5"), CHINESE, id="Big5"),
        pytest.param(SIMPLIFIED.encode("gb18030"), SIMPLIFIED, id="GB 18030"),
        pytest.param(JAPANESE.encode("shift_jis"), JAPANESE, id="Shift JIS"),
        pytest.param(SVG.encode(), SVG, id="SVG"),
        pytest.param(HTML.encode(), HTML, id="HTML"),
    ],
)
def test_a_text_of_any_encoding_is_read_and_served_as_plain_text(uploader: Uploader, sent: bytes, text: str) -> None:
    attachment = uploader.attach(sent, "text.html")
    assert attachment["kind"] == "document"
    assert attachment["mime"] == "text/plain"
    assert uploader.fetch(attachment["text_url"])[1].decode() == text
    for url in (attachment["url"], attachment["text_url"]):
        headers = uploader.fetch(url)[2]
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["Content-Type"].startswith("text/plain")


def test_a_long_text_in_another_encoding_is_read(uploader: Uploader) -> None:
    # One byte more, so that an even number of bytes ends within a character.
    text = "a" + CHINESE_SENTENCE * 3000
    assert uploader.read_text(text.encode("big5"), "long.txt") == text
    late = "a plain line\n" * 10_000 + "Größe und Länge\n" * 20
    assert uploader.read_text(late.encode("latin-1"), "late.csv") == late


LINE = "紀錄檔的一行\n"
LINES = (LINE * 100).encode()


@pytest.mark.parametrize(
    ("sent", "text"),
    [
        pytest.param(LINES[:-2], LINE * 99 + "紀錄檔的一\ufffd", id="truncated"),
        pytest.param(LINES + b"\xff\n" + LINES, LINE * 100 + "\ufffd\n" + LINE * 100, id="a broken byte"),
        pytest.param(b"\xef\xbb\xbf" + LINES + b"\xff", LINE * 100 + "\ufffd", id="a broken byte at the end"),
        pytest.param(b"\x1b]0;user@host\x07$ ls\r\n", "\x1b]0;user@host\x07$ ls\r\n", id="bell"),
        pytest.param(b"a page\x0b\r\n\x1a", "a page\x0b\r\n\x1a", id="control characters"),
    ],
)
def test_a_log_with_broken_bytes_or_control_characters_is_text(uploader: Uploader, sent: bytes, text: str) -> None:
    assert uploader.read_text(sent, "server.log") == text


@pytest.mark.parametrize(
    "before",
    [b"\xef\xbb\xbf", b"\r\n", b"Content-Type: application/pdf\r\n\r\n", bytes(128), b"x" * 1000],
    ids=["BOM", "blank line", "mail header", "printer", "1,000 bytes"],
)
def test_a_pdf_after_other_bytes_is_read(uploader: Uploader, before: bytes) -> None:
    sent = before + files.pdf("One", "Two")
    attachment = uploader.attach(sent, "report.pdf")
    assert attachment["mime"] == "application/pdf"
    assert attachment["pages"] == 2
    assert uploader.fetch(attachment["text_url"])[1].decode() == "[page 1]\nOne\n\n[page 2]\nTwo"
    assert uploader.fetch(attachment["url"])[1] == sent


def test_a_text_that_quotes_a_pdf_stays_text(uploader: Uploader) -> None:
    sent = b"A PDF begins with `%PDF-1.7`.\n"
    attachment = uploader.attach(sent, "notes.md")
    assert attachment["mime"] == "text/plain"
    assert uploader.fetch(attachment["text_url"])[1] == sent


def test_hyphenated_words_of_a_pdf_are_joined(uploader: Uploader) -> None:
    # Ends the string of the PDF twice: three lines.
    hyphenated = files.pdf("A hyphen-) Tj 0 -14 Td (ated word) Tj 0 -14 Td (The next line")
    assert uploader.read_text(hyphenated, "report.pdf") == "[page 1]\nA hyphenated word\nThe next line"


def test_the_first_document_is_counted_exactly(uploader: Uploader) -> None:
    text = "這份文件是伺服器啟動之後的第一份文件。"
    later = uploader.attach(text.encode(), "later.txt")["tokens"]
    tokens.get_encodings.cache_clear()  # As after a start.
    assert uploader.attach(text.encode(), "first.txt")["tokens"] == later < tokens.estimate_tokens(text)


def test_a_long_text_is_cut(uploader: Uploader) -> None:
    attachment = uploader.attach(("字" * 200_001).encode(), "long.txt")
    assert attachment["truncated"] is True
    assert uploader.fetch(attachment["text_url"])[1].decode() == "字" * 200_000
    assert uploader.attach(("字" * 200_000).encode(), "long.txt")["truncated"] is False


def test_a_pdf_of_many_pages_is_cut(uploader: Uploader) -> None:
    pages = uploader.attach(files.pdf(*[f"Page {number}" for number in range(205)]), "many.pdf")
    assert pages["pages"] == 205
    assert pages["truncated"] is True
    assert uploader.fetch(pages["text_url"])[1].decode().endswith("[page 200]\nPage 199")
