"""`ai-chat`: reads the command line, signs in, and opens a conversation."""

import argparse
import getpass
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import aiohttp

from ai_chat_client.errors import ChatError, SignedOutError
from ai_chat_client.sync import Client, Conversation
from ai_chat_client.terminal.control_characters import remove_control_characters
from ai_chat_client.tokens import TokenFile, Tokens

DEFAULT_URL = "http://localhost:8000"
INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Return the exit code: 1 after an error, 130 after Ctrl+C."""
    options = _read_options(arguments)
    tokens = TokenFile(_token_path(), options.url)
    try:
        with _sign_in(options, tokens) as client:
            return _run(client, options)
    except ImportError as error:
        print(f"{error}: pip install 'ai-chat-client[terminal]'", file=sys.stderr)
    except ChatError as error:
        print(error, file=sys.stderr)
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
        print(f"{options.url} cannot be reached: {error}", file=sys.stderr)
    except OSError as error:  # of a file to send, or of the tokens
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        print(file=sys.stderr)
        return INTERRUPTED
    return 1


def _read_options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ai-chat", description="A chat in the terminal. Ctrl+C stops an answer.")
    parser.add_argument("question", nargs="*", help="ask only this, and print the answer")
    url = os.environ.get("AI_CHAT_URL", DEFAULT_URL)
    parser.add_argument("--url", default=url, help=f"the server (default: $AI_CHAT_URL, or {DEFAULT_URL})")
    parser.add_argument("--conversation", metavar="ID", default="", help="open this conversation")
    parser.add_argument("--continue", dest="latest", action="store_true", help="open the latest conversation")
    parser.add_argument("--list", action="store_true", help="list the conversations")
    parser.add_argument("--model", help="the model of a new conversation")
    parser.add_argument("--file", action="append", default=[], metavar="PATH", help="send this file with the question")
    parser.add_argument("--sign-out", action="store_true", help="end the session, and forget its tokens")
    return parser.parse_args(arguments)


def _token_path() -> Path:
    configuration = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(configuration) / "ai-chat" / "tokens.json"


def _sign_in(options: argparse.Namespace, tokens: TokenFile) -> Client:
    """Return a client that is signed in, after asking for name and password if there are no tokens that work.

    It does not ask before signing out: a session that has ended need not begin again.
    """
    url = options.url
    given = os.environ.get("AI_CHAT_TOKEN", "")
    if given:
        return Client(url, access_token=given)
    if options.sign_out:
        return Client(url, store=tokens)
    if tokens.load() != Tokens():
        with suppress(SignedOutError):
            return _verify(Client(url, store=tokens))
    print(f"Sign in to {url}")
    username, password = input("User name or email: "), getpass.getpass("Password: ")
    return _verify(Client(url, username=username, password=password, store=tokens))


def _verify(client: Client) -> Client:
    """Return the client if it can sign in; closes it otherwise."""
    try:
        client.models()
    except BaseException:
        client.close()
        raise
    return client


def _run(client: Client, options: argparse.Namespace) -> int:
    if options.sign_out:
        client.sign_out()
        return 0
    if options.list:
        for found in client.conversations():
            title = remove_control_characters(found["title"]) or "(no title)"
            print(f"{found['id']}  {found['updated_at'][:16].replace('T', ' ')}  {title}")
        return 0
    # Only the chat itself needs rich.
    from ai_chat_client.terminal.repl import Repl  # noqa: PLC0415

    # A file that cannot be sent leaves no empty conversation behind.
    uploads = [client.upload(path) for path in options.file]
    repl = Repl(client, _open_conversation(client, options))
    for upload in uploads:
        repl.attach(upload)
    if options.question:
        return 0 if repl.ask(" ".join(options.question)) else 1
    repl.show_history()
    repl.run()
    return 0


def _open_conversation(client: Client, options: argparse.Namespace) -> Conversation:
    if options.conversation:
        return client.conversation(options.conversation)
    found = client.conversations() if options.latest else []
    if found:
        return client.conversation(max(found, key=lambda conversation: conversation["updated_at"])["id"])
    return client.create_conversation(**({"model": options.model} if options.model else {}))


if __name__ == "__main__":
    sys.exit(main())
