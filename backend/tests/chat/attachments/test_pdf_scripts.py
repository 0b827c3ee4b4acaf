"""PDF files in scripts other than Latin: the model gets words in the order of reading, and usual characters."""

import pytest

from tests.chat.attachments.files import assemble_pdf
from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent

FIRST_CODE = ord("A")
FONTS = b"/Resources << /Font << /F1 5 0 R >> >>"


def draw(line: str, *, names: bool = False, matrix: str = "1 0 0 1 72 700") -> bytes:
    """Return a PDF with a line, whose characters are given as they stand from left to right.

    Either the font tells the characters, or the page `names` them one by one, as browsers do for letters that change
    their shape.
    """
    codes = {" ": 32} | {letter: FIRST_CODE + at for at, letter in enumerate(sorted(set(line) - {" "}))}
    drawn = f"<{''.join(f'{codes[letter]:02x}' for letter in line)}> Tj"
    if names:
        drawn = " ".join(
            f"<{codes[letter]:02x}> Tj"
            if letter == " "
            else f"/Span << /ActualText <FEFF{in_hex(letter)}> >> BDC <{codes[letter]:02x}> Tj EMC"
            for letter in line
        )
    table = " ".join(f"<{code:02x}> <{in_hex(letter)}>" for letter, code in codes.items())
    font_map = f"1 begincodespacerange <00> <FF> endcodespacerange {len(codes)} beginbfchar {table} endbfchar"
    return assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R %s >>" % FONTS,
            stream(f"BT /F1 12 Tf {matrix} Tm {drawn} ET"),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>",
            stream(font_map),
        ]
    )


def in_hex(letter: str) -> str:
    return letter.encode("utf-16-be").hex()


def stream(content: str) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content.encode())


@pytest.mark.parametrize(
    ("drawn", "names", "expected"),
    [
        ("ملاعلاب ابحرم", True, "مرحبا بالعالم"),
        ("ملاعلاب ابحرم", False, "مرحبا بالعالم"),
        ("see םלוע םולש now", True, "see שלום עולם now"),
        ("see םלוע םולש now", False, "see שלום עולם now"),
        ("םולש 12 בוט Microsoft Word הז", False, "זה Microsoft Word טוב 12 שלום"),
        ("12 34 םולש", True, "שלום 34 12"),
        ("םולש \U0001f600 םולש", False, "שלום \U0001f600 שלום"),
    ],
    ids=["named", "arabic", "named in english", "in english", "english in hebrew", "numbers", "emoji"],
)
def test_words_are_in_reading_order(uploader: Uploader, drawn: str, names: bool, expected: str) -> None:
    assert uploader.read_text(draw(drawn, names=names), "file.pdf") == f"[page 1]\n{expected}"


def test_words_that_run_down_the_page_are_not_reordered(uploader: Uploader) -> None:
    assert uploader.read_text(draw("םולש", matrix="0 1 -1 0 100 100"), "file.pdf") == "[page 1]\nשלום"


def test_a_radical_becomes_the_character_that_looks_like_it(uploader: Uploader) -> None:
    assert uploader.read_text(draw("\u2fa6\u984d \u2f00\u842c"), "file.pdf") == "[page 1]\n\u91d1\u984d \u4e00\u842c"
