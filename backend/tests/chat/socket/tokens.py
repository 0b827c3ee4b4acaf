"""Access tokens that differ from a valid one in one point."""

from typing import Any

import jwt
from django.conf import settings

from testkit.live import SignedInUser

LONG_KEY = "a key that is long enough for the algorithm, as the library demands of it"
OTHER_KEY = "another-key-that-is-just-as-long-as-the-right-one"


def claims_of(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def signed(claims: dict[str, Any], key: str | None = None, algorithm: str = "HS256") -> str:
    return jwt.encode(claims, settings.JWT_SECRET_KEY if key is None else key, algorithm=algorithm)


def bad_tokens(user: SignedInUser, other: SignedInUser) -> dict[str, Any]:
    """Return invalid values of `token`, each under a description of what is wrong with it."""
    good = claims_of(user.access)
    without = {name: {key: value for key, value in good.items() if key != name} for name in good}
    return {
        "null": None,
        "a number": 5,
        "a list": [user.access],
        "an object": {"access": user.access},
        "empty": "",
        "nonsense": "nonsense",
        "nonsense in three parts": "a.b.c",
        "NUL": "\0",
        "half a pair": "\ud800.\ud800.\ud800",
        "too long": user.access + "x" * 9000,
        "with its scheme": f"Bearer {user.access}",
        "cut": user.access[:-5],
        "expired": signed(good | {"exp": good["iat"] - 60}),
        "from the future": signed(good | {"iat": good["iat"] + 2 * 86400}),
        "a refresh token": user.refresh,
        "of the wrong key": signed(good, OTHER_KEY),
        "of another issuer": signed(good | {"iss": "another-issuer"}),
        "for another audience": signed(good | {"aud": "another-audience"}),
        "of another algorithm": signed(good, LONG_KEY, "HS512"),
        "unsigned": jwt.encode(good, "", algorithm="none"),
        "of a session that is not": signed(good | {"sid": "01a20000-0000-7000-8000-000000000000"}),
        "of another user's session": signed(good | {"sid": claims_of(other.access)["sid"]}),
        "of another user": signed(good | {"user_id": claims_of(other.access)["user_id"]}),
        "with a strange session": signed(good | {"sid": ["x"]}),
        "with a strange end": signed(good | {"exp": "tomorrow"}),
        **{f"without {name}": signed(claims) for name, claims in without.items()},
    }
