"""The file of `AI_SERVICES_FILE`: several model services in TOML, checked as a whole before the server starts."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlsplit

from config import env

_HEADER = re.compile(r"\s*\[\[\s*services\s*\]\]")
_NAME_LENGTH = 60
_MODEL_LENGTH = 200
_MAX_SERVICES = 50
_KEYS = {"name", "base_url", "api_key", "api_key_file", "models", "limits"}
_LIMITS = {"context_window", "max_output"}
_MIN_LIMIT = 512


class ServiceSettings(TypedDict):
    """One service of the file, with the names that the application uses."""

    name: str
    base_url: str
    api_key: str
    models: tuple[str, ...]
    limits: tuple[tuple[str, int | None, int | None], ...]


@env.reports_problems
def read_services(name: str) -> list[ServiceSettings]:
    """Return the services of the file that the variable `name` names."""
    return read_services_file(env.text(name))


def read_services_file(path: str) -> list[ServiceSettings]:
    """Return the services of a file in its order; none without a path.

    Raises:
        SettingError: the file cannot be used; the message has a line for each problem.
    """
    if not path:
        return []
    try:
        text = Path(path).expanduser().read_text(encoding="utf-8-sig")
    except OSError as error:
        raise env.SettingError(f"AI_SERVICES_FILE names {path}, which cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError:
        raise env.SettingError(f"AI_SERVICES_FILE names {path}, which is not UTF-8: save it as UTF-8.") from None
    try:
        decoded = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise env.SettingError(f"AI_SERVICES_FILE names {path}, which is not TOML: {error}.") from None
    reader = _Reader(text, Path(path).expanduser().parent)
    services = reader.read(decoded)
    if reader.problems:
        problems = "\n".join(f"{path}, line {line}: {message}" for line, message in sorted(reader.problems))
        raise env.SettingError(f"AI_SERVICES_FILE cannot be used:\n{problems}")
    return services


class _Reader:
    """Checks the services and collects all problems, each with its line."""

    def __init__(self, text: str, folder: Path) -> None:
        self._lines = text.splitlines()
        self._headers = [number for number, line in enumerate(self._lines, 1) if _HEADER.match(line)]
        self._folder = folder
        self.problems: list[tuple[int, str]] = []

    def read(self, decoded: dict[str, Any]) -> list[ServiceSettings]:
        for key in decoded.keys() - {"services"}:
            self.problems.append(
                (self._find(key, 1, len(self._lines)), f"{key!r} is not known: write services as [[services]].")
            )
        listed = decoded.get("services")
        if not isinstance(listed, list) or not all(isinstance(service, dict) for service in listed) or not listed:
            self.problems.append((1, "no service is described: begin each with [[services]]."))
            return []
        if len(listed) > _MAX_SERVICES:
            self.problems.append((1, f"there are {len(listed)} services: at most {_MAX_SERVICES} are possible."))
        services = [self._read_service(number, service) for number, service in enumerate(listed)]
        self._refuse_duplicate_names(services)
        return services

    def _read_service(self, number: int, service: dict[str, Any]) -> ServiceSettings:
        for key in service.keys() - _KEYS:
            self._report(number, key, f"{key!r} is not known: use {', '.join(sorted(_KEYS))}.")
        return ServiceSettings(
            name=self._text(number, service, "name", _is_name, f"write a name of 1 to {_NAME_LENGTH} characters."),
            base_url=self._text(
                number,
                service,
                "base_url",
                _is_url,
                "write an address such as https://host/v1, without a question mark.",
            ).rstrip("/"),
            api_key=self._key(number, service),
            models=self._models(number, service),
            limits=self._limits(number, service),
        )

    def _text(self, number: int, service: dict[str, Any], key: str, is_good: Callable[[str], bool], advice: str) -> str:
        value = service.get(key)
        if isinstance(value, str) and is_good(value.strip()):
            return value.strip()
        self._report(number, key, f"{key} is missing: {advice}" if value is None else f"{key} cannot be used: {advice}")
        return ""

    def _key(self, number: int, service: dict[str, Any]) -> str:
        # A problem never quotes the key.
        key, file = service.get("api_key", ""), service.get("api_key_file")
        if file is not None:
            if key:
                self._report(number, "api_key_file", "give api_key or api_key_file, not both.")
            try:
                key = (self._folder / str(file)).read_text().strip()
            except (OSError, UnicodeDecodeError):
                self._report(number, "api_key_file", f"api_key_file names {file}, which cannot be read.")
        if not isinstance(key, str) or not re.fullmatch(r"[!-~]*", key.strip()):
            self._report(number, "api_key", "the key contains an invalid character: write ASCII text without blanks.")
            return ""
        return key.strip()

    def _models(self, number: int, service: dict[str, Any]) -> tuple[str, ...]:
        models = service.get("models", [])
        if not isinstance(models, list) or not all(_is_model(name) for name in models):
            self._report(number, "models", 'models cannot be used: write a list of names, such as ["a", "b"].')
            return ()
        return tuple(dict.fromkeys(models))

    def _limits(self, number: int, service: dict[str, Any]) -> tuple[tuple[str, int | None, int | None], ...]:
        limits = service.get("limits", {})
        if not isinstance(limits, dict):
            self._report(number, "limits", 'limits cannot be used: write [services.limits."model"] and its limits.')
            return ()
        found = []
        for model, stated in limits.items():
            if not isinstance(stated, dict) or stated.keys() - _LIMITS:
                self._report(number, model, f"the limits of {model!r} are {' and '.join(sorted(_LIMITS))}.")
                continue
            for key, value in stated.items():
                if type(value) is not int or not _MIN_LIMIT <= value < 2**31:
                    self._report(number, key, f"{key} of {model!r}: write a number of tokens, at least {_MIN_LIMIT}.")
            found.append((model, stated.get("context_window"), stated.get("max_output")))
        return tuple(found)

    def _refuse_duplicate_names(self, services: list[ServiceSettings]) -> None:
        seen: dict[str, int] = {}
        for number, service in enumerate(services):
            name = service["name"].casefold()
            if name and name in seen:
                message = f"name {service['name']!r} is also on line {self._line(seen[name], 'name')}: change one."
                self._report(number, "name", message)
            seen.setdefault(name, number)

    def _report(self, number: int, key: str, message: str) -> None:
        self.problems.append((self._line(number, key), message))

    def _line(self, number: int, key: str) -> int:
        """Return the line of a key of a service, by default the line of the service's header."""
        start = self._headers[number] if number < len(self._headers) else 1
        end = self._headers[number + 1] - 1 if number + 1 < len(self._headers) else len(self._lines)
        return self._find(key, start, end)

    def _find(self, key: str, start: int, end: int) -> int:
        pattern = re.compile(rf"""\s*(?:\[.*)?["']?{re.escape(key)}["']?\s*(?:=|\]|\.)""")
        found = (number for number in range(start, end + 1) if pattern.match(self._lines[number - 1]))
        return next(found, start)


def _is_name(text: str) -> bool:
    return 1 <= len(text) <= _NAME_LENGTH and text.isprintable()


def _is_model(name: object) -> bool:
    return isinstance(name, str) and 1 <= len(name) <= _MODEL_LENGTH and name.isprintable() and " " not in name


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_port_good = parts.port != 0
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_port_good and not parts.query
