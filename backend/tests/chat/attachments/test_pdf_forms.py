"""PDF forms: the model gets what users have filled in."""

import pytest

from tests.chat.attachments.files import assemble_pdf
from tests.chat.attachments.uploader import Uploader

# Files are read by a process that has no database.
pytestmark = pytest.mark.store_independent

PRINT, HIDDEN = 4, 2
"""Flags of an annotation."""

ANNOTATION = 6
APPEARANCE = 7
"""The numbers of two objects: the annotation, and the form that draws its value."""


def form(annotation: bytes, *, flags: int = PRINT) -> bytes:
    """Return a PDF whose page says "Name:" and has one annotation."""
    label, value = b"BT /F1 12 Tf 72 700 Td (Name:) Tj ET", b"/Tx BMC BT /F1 12 Tf 2 5 Td (Ada Lovelace) Tj ET EMC"
    fonts = b"/Resources << /Font << /F1 5 0 R >> >>"
    fields = b"/Fields [%d 0 R] /NeedAppearances true /DA (/F1 12 Tf 0 g) /DR << /Font << /F1 5 0 R >> >>" % ANNOTATION
    return assemble_pdf(
        [
            b"<< /Type /Catalog /Pages 2 0 R /AcroForm << %s >> >>" % fields,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Annots [%d 0 R] %s >>"
            % (ANNOTATION, fonts),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(label), label),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Type /Annot /F %d /Rect [120 695 320 715] /P 3 0 R %s >>" % (flags, annotation),
            b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] %s /Length %d >>\nstream\n%s\nendstream"
            % (fonts, len(value), value),
        ]
    )


@pytest.mark.parametrize(
    "annotation",
    [
        b"/Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) /AP << /N %d 0 R >>" % APPEARANCE,
        b"/Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) /DA (/F1 12 Tf 0 g)",
        b"/Subtype /FreeText /Contents (Ada Lovelace) /AP << /N %d 0 R >>" % APPEARANCE,
    ],
    ids=["field", "field without an appearance", "text box"],
)
def test_the_text_of_a_form_contains_its_values(uploader: Uploader, annotation: bytes) -> None:
    text = uploader.read_text(form(annotation), "form.pdf")
    assert text.startswith("[page 1]\nName:")
    assert "Ada Lovelace" in text


def test_a_hidden_field_is_not_in_the_text(uploader: Uploader) -> None:
    hidden = b"/Subtype /Widget /FT /Tx /T (name) /V (Ada Lovelace) /AP << /N %d 0 R >>" % APPEARANCE
    assert uploader.read_text(form(hidden, flags=HIDDEN), "form.pdf") == "[page 1]\nName:"
