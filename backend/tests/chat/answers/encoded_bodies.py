"""Streams and completions in other encodings than plain UTF-8, and with fields that are written unusually."""

import gzip
import json
import zlib

from tests.chat.answers.bodies import (
    BROKEN,
    EVENTS,
    FAILED,
    HELLO,
    JSON,
    Case,
    Expected,
    chunk,
    complete,
    events,
    stream,
    whole,
)

ACCENT, CHINESE = "café", "你好，世界"
BODY = stream(chunk("Hel"), chunk("lo"))
MARK = b"\xef\xbb\xbf"


def deflate(body: bytes) -> bytes:
    """Return `body` as deflate without a header."""
    return zlib.compress(body)[2:-4]


BROTLI = b"\x1b\x2f\x00\xf8\x25\xc2" * 40
ZSTANDARD = b"\x28\xb5\x2f\xfd\x04\x58\xa1\x02" * 30

COMPRESSED_CASES: dict[str, tuple[bytes, str, Expected]] = {
    "gzip": (gzip.compress(BODY), "gzip", complete()),
    "gzip in capitals": (gzip.compress(BODY), "GZIP", complete()),
    "gzip under its old name": (gzip.compress(BODY), "x-gzip", complete()),
    "zlib": (zlib.compress(BODY), "deflate", complete()),
    "zlib that is not declared": (zlib.compress(BODY), "", complete()),
    "deflate": (deflate(BODY), "deflate", complete()),
    **{f"{name} that is not there": (BODY, name, complete()) for name in ("gzip", "deflate", "br", "zstd", "x")},
    "an error that is not gzip": (b'{"error": {"message": "no"}}', "gzip", FAILED),
    "brotli": (BROTLI, "br", FAILED),
    "Zstandard": (ZSTANDARD, "zstd", FAILED),
    "an unknown compression": (BROTLI, "x", FAILED),
}


def unescaped(text: str) -> str:
    """Return a stream whose JSON has no escapes."""
    return stream(chunk("TEXT")).decode().replace("TEXT", text)


def completion(text: str) -> str:
    return whole({"content": "TEXT"}).replace("TEXT", text)


ENCODED_CASES: dict[str, Case] = {
    "UTF-16 with a mark": Case(b"\xff\xfe" + unescaped(CHINESE).encode("utf-16-le"), complete(CHINESE)),
    "UTF-16, the other way": Case(b"\xfe\xff" + unescaped(CHINESE).encode("utf-16-be"), complete(CHINESE)),
    "UTF-16 that is only declared": Case(
        unescaped(CHINESE).encode("utf-16-le"), complete(CHINESE), f"{EVENTS}; charset=utf-16le"
    ),
    "UTF-16 that is declared and is not there": Case(BODY, kind=f"{EVENTS}; charset=utf-16"),
    "UTF-16 in JSON": Case(completion(CHINESE).encode("utf-16"), complete(CHINESE), JSON),
    "Latin 1": Case(unescaped(ACCENT).encode("latin-1"), complete(ACCENT), f"{EVENTS}; charset=ISO-8859-1"),
    "Latin 1 that is UTF-8": Case(unescaped(CHINESE).encode(), complete(CHINESE), f"{EVENTS}; charset=iso-8859-1"),
    "GBK": Case(unescaped(CHINESE).encode("gbk"), complete(CHINESE), f'{EVENTS}; charset="gbk"'),
    "Big5 in JSON": Case(completion("你好").encode("big5"), complete("你好"), f"{JSON}; charset=big5"),
    "an unknown charset": Case(BODY, kind=f"{EVENTS}; charset=klingon"),
    "a charset that is not for text": Case(BODY, kind=f"{EVENTS}; charset=base64"),
    "two marks": Case(MARK + MARK + BODY),
    "gzip that is not declared": Case(gzip.compress(BODY)),
    "gzip that is not declared, in pieces": Case(
        b"".join(gzip.compress(event + b"\n\n") for event in BODY.split(b"\n\n"))
    ),
    "gzip that is not declared, in JSON": Case(gzip.compress(completion("Hello").encode()), kind=JSON),
    "gzip that breaks off behind the end": Case(gzip.compress(BODY)[:-8]),
    "gzip that is broken": Case(gzip.compress(BODY)[:10] + b"\xff" * 64, FAILED),
    "gzip of too much": Case(
        gzip.compress(b"data: " + b"x" * (1 << 25), compresslevel=zlib.Z_BEST_COMPRESSION),
        FAILED,
    ),
    "fields in capitals": Case(BODY.replace(b"data:", b"DATA:")),
    "fields in capitals, of no type": Case(BODY.replace(b"data:", b"Data:"), kind=""),
    "fields with blanks in front": Case(BODY.replace(b"data:", b"  data:")),
    "fields with blanks behind": Case(BODY.replace(b"data:", b"data :"), kind=""),
    "fields with tabs": Case(BODY.replace(b"data: ", b"data:\t")),
    "a mark in the data": Case(events(f"\ufeff{chunk('Hel')}", f"\u00a0{chunk('lo')}") + stream()),
    "an object of many lines": Case(
        b": waiting\n\n" + json.dumps(json.loads(completion("Hello")), indent=2).encode(), kind=JSON
    ),
    "an error of many lines": Case(
        stream(HELLO) + json.dumps({"error": {"message": "boom"}}, indent=2).encode(), BROKEN
    ),
    "an object of many lines that breaks off": Case(
        b": waiting\n\n" + json.dumps(json.loads(completion("Hello")), indent=2).encode()[:-2],
        FAILED,
    ),
    "an object of many lines that an event breaks off": Case(b'{\n  "choices": [\n' + stream(HELLO), FAILED),
    "a sequence of JSON texts": Case(f"\x1e{HELLO}\n\x1e{chunk(None, 'stop')}\n".encode(), kind="application/json-seq"),
    "a tab in a string": Case(b'data: {"choices":[{"delta":{"content":"a\tb"}}]}\n\n' + stream(), complete("a\tb")),
    "lines of blanks": Case(f"   \n\ndata: {HELLO}\n   \n".encode() + stream()),
}
