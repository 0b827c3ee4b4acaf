"""Make screenshots of PDF files, and reduce the colours of all: `python -m tools.small_screenshots DIRECTORY`."""

import sys
from pathlib import Path

import pypdfium2
from PIL import Image

# A page of A4 has about 900 by 1,300 pixels.
DOTS_PER_INCH = 110
# A palette halves a PNG file; the eye sees no difference in text and flat areas.
COLOURS = 256


def main(directory: str) -> None:
    """Replace each PDF file by a PNG file of its first page, and each PNG file by one with a palette."""
    for paper in sorted(Path(directory).glob("*.pdf")):
        with pypdfium2.PdfDocument(paper) as document:
            document[0].render(scale=DOTS_PER_INCH / 72).to_pil().save(paper.with_suffix(".png"))
        paper.unlink()
    for path in sorted(Path(directory).glob("*.png")):
        with Image.open(path) as screenshot:
            reduced = screenshot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        reduced.save(path, optimize=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
