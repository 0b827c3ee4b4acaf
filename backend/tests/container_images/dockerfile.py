"""Parses the instructions that our Dockerfile and its `.dockerignore` use; anything else is an error."""

import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Copy:
    """`COPY`: from another stage, or from the build context."""

    sources: list[str]
    target: str
    stage: str | None


@dataclass(frozen=True)
class Instruction:
    """One instruction: its name in capitals, and the text after it."""

    name: str
    text: str

    @property
    def words(self) -> list[str]:
        """The words of a `CMD`, `ENTRYPOINT` or `HEALTHCHECK` in JSON form."""
        return list(json.loads(self.text[self.text.index("[") :]))

    @property
    def assignments(self) -> dict[str, str]:
        """The variables of `ENV` and `ARG`."""
        pairs = (word.partition("=") for word in shlex.split(self.text))
        return {name: value for name, _, value in pairs}

    @property
    def copy(self) -> Copy:
        words = shlex.split(self.text)
        options = dict(word.lstrip("-").split("=", 1) for word in words if word.startswith("--"))
        paths = [word for word in words if not word.startswith("--")]
        return Copy(paths[:-1], paths[-1], options.get("from"))


@dataclass
class Stage:
    """A stage: the instructions from one `FROM` to the next."""

    name: str
    base: str
    instructions: list[Instruction] = field(default_factory=list)

    def last(self, name: str) -> Instruction | None:
        """Return the last instruction of this name: only the last takes effect."""
        return next((instruction for instruction in reversed(self.instructions) if instruction.name == name), None)


def read_stages(path: Path) -> dict[str, Stage]:
    """Return the stages by name, in the order of the file."""
    stages: dict[str, Stage] = {}
    for instruction in _instructions(path.read_text()):
        if instruction.name == "FROM":
            base, _, name = instruction.text.split()
            stages[name] = Stage(name, base)
        else:
            stages[next(reversed(stages))].instructions.append(instruction)
    return stages


def _instructions(text: str) -> Iterator[Instruction]:
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for line in re.sub(r"\\\n\s*", "", lines).splitlines():
        name, _, rest = line.partition(" ")
        if name:
            yield Instruction(name, rest.strip())


@dataclass(frozen=True)
class ContextFilter:
    """Decides which files of the build context an image may copy: the last pattern that matches counts."""

    patterns: list[str]

    @classmethod
    def read(cls, path: Path) -> "ContextFilter":
        lines = (line.strip() for line in path.read_text().splitlines())
        return cls([line for line in lines if line and not line.startswith("#")])

    def lets_in(self, path: PurePosixPath) -> bool:
        verdict = True
        for pattern in self.patterns:
            if any(_fits(str(part), pattern.removeprefix("!")) for part in (path, *path.parents[:-1])):
                verdict = pattern.startswith("!")
        return verdict


def _fits(path: str, pattern: str) -> bool:
    if pattern.startswith("**/"):
        return fnmatch(path.rpartition("/")[2], pattern.removeprefix("**/"))
    return path.count("/") == pattern.count("/") and fnmatch(path, pattern)
