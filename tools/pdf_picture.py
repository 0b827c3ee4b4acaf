"""Make a picture of the first page of a PDF file: `python -m tools.pdf_picture FILE.pdf PICTURE.png`."""

import sys

import pypdfium2

DOTS_PER_INCH = 110


def main(paper: str, picture: str) -> None:
    """Write the picture, for the eye: a page of A4 has about 900 by 1,300 pixels."""
    document = pypdfium2.PdfDocument(paper)
    document[0].render(scale=DOTS_PER_INCH / 72).to_pil().save(picture, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
