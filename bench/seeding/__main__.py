"""Fill the database of a running product for one of its users: `python -m bench.seeding`.

`long USER LENGTH…` makes a conversation of each length, `search USER CONVERSATIONS MESSAGES` many that the search
finds. It takes the product's environment. Prints one line of JSON: the ids, or words to look for, by their kind.
"""

import os
import sys

import msgspec

from tools.repository import BACKEND


def main() -> None:
    kind, name, *numbers = sys.argv[1:]
    sys.path.insert(0, str(BACKEND))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django  # noqa: PLC0415

    django.setup()
    from apps.users.models import User  # noqa: PLC0415
    from bench.seeding.conversations import seed_long_conversations, seed_searchable  # noqa: PLC0415

    owner = User.objects.get(username=name)
    if kind == "long":
        ids = [str(one) for one in seed_long_conversations(owner, [int(length) for length in numbers])]
        print(msgspec.json.encode(ids).decode())
    else:
        conversations, messages = map(int, numbers)
        print(msgspec.json.encode(seed_searchable(owner, conversations, messages)).decode())


if __name__ == "__main__":
    main()
