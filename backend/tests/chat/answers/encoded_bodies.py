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


ENCODED_CASES: dict[str, tuple[bytes, str, Expected]] = {
    "UTF-16 with a mark": (b"\xff\xfe" + unescaped(CHINESE).encode("utf-16-le"), EVENTS, complete(CHINESE)),
    "UTF-16, the other way": (b"\xfe\xff" + unescaped(CHINESE).encode("utf-16-be"), EVENTS, complete(CHINESE)),
    "UTF-16 that is only declared": (
        unescaped(CHINESE).encode("utf-16-le"),
        f"{EVENTS}; charset=utf-16le",
        complete(CHINESE),
    ),
    "UTF-16 that is declared and is not there": (BODY, f"{EVENTS}; charset=utf-16", complete()),
    "UTF-16 in JSON": (completion(CHINESE).encode("utf-16"), JSON, complete(CHINESE)),
    "Latin 1": (unescaped(ACCENT).encode("latin-1"), f"{EVENTS}; charset=ISO-8859-1", complete(ACCENT)),
    "Latin 1 that is UTF-8": (unescaped(CHINESE).encode(), f"{EVENTS}; charset=iso-8859-1", complete(CHINESE)),
    "GBK": (unescaped(CHINESE).encode("gbk"), f'{EVENTS}; charset="gbk"', complete(CHINESE)),
    "Big5 in JSON": (completion("你好").encode("big5"), f"{JSON}; charset=big5", complete("你好")),
    "an unknown charset": (BODY, f"{EVENTS}; charset=klingon", complete()),
    "a charset that is not for text": (BODY, f"{EVENTS}; charset=base64", complete()),
    "two marks": (MARK + MARK + BODY, EVENTS, complete()),
    "gzip that is not declared": (gzip.compress(BODY), EVENTS, complete()),
    "gzip that is not declared, in pieces": (
        b"".join(gzip.compress(event + b"\n\n") for event in BODY.split(b"\n\n")),
        EVENTS,
        complete(),
    ),
    "gzip that is not declared, in JSON": (gzip.compress(completion("Hello").encode()), JSON, complete()),
    "gzip that breaks off behind the end": (gzip.compress(BODY)[:-8], EVENTS, complete()),
    "gzip that is broken": (
        gzip.compress(BODY)[:10] + b"\xff" * 64,
        EVENTS,
        Expected("error", code="AI_ERROR"),
    ),
    "gzip of too much": (
        gzip.compress(b"data: " + b"x" * (1 << 25), compresslevel=zlib.Z_BEST_COMPRESSION),
        EVENTS,
        Expected("error", code="AI_ERROR"),
    ),
    "fields in capitals": (BODY.replace(b"data:", b"DATA:"), EVENTS, complete()),
    "fields in capitals, of no type": (BODY.replace(b"data:", b"Data:"), "", complete()),
    "fields with blanks in front": (BODY.replace(b"data:", b"  data:"), EVENTS, complete()),
    "fields with blanks behind": (BODY.replace(b"data:", b"data :"), "", complete()),
    "fields with tabs": (BODY.replace(b"data: ", b"data:\t"), EVENTS, complete()),
    "a mark in the data": (events(f"\ufeff{chunk('Hel')}", f"\u00a0{chunk('lo')}") + stream(), EVENTS, complete()),
    "an object of many lines": (
        b": waiting\n\n" + json.dumps(json.loads(completion("Hello")), indent=2).encode(),
        JSON,
        complete(),
    ),
    "an error of many lines": (
        stream(HELLO) + json.dumps({"error": {"message": "boom"}}, indent=2).encode(),
        EVENTS,
        BROKEN,
    ),
    "an object of many lines that breaks off": (
        b": waiting\n\n" + json.dumps(json.loads(completion("Hello")), indent=2).encode()[:-2],
        EVENTS,
        Expected("error", code="AI_ERROR"),
    ),
    "an object of many lines that an event breaks off": (
        b'{\n  "choices": [\n' + stream(HELLO),
        EVENTS,
        Expected("error", code="AI_ERROR"),
    ),
    "a sequence of JSON texts": (
        f"\x1e{HELLO}\n\x1e{chunk(None, 'stop')}\n".encode(),
        "application/json-seq",
        complete(),
    ),
    "a tab in a string": (b'data: {"choices":[{"delta":{"content":"a\tb"}}]}\n\n' + stream(), EVENTS, complete("a\tb")),
    "lines of blanks": (f"   \n\ndata: {HELLO}\n   \n".encode() + stream(), EVENTS, complete()),
}
