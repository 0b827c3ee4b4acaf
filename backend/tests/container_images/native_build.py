"""Builds the images of a Dockerfile without an engine, with the commands of that file.

Each stage has its own folder, which is empty at first: the path `/app` of an image is `<folder>/app` here. The programs
of this machine stand in for the base images.
"""

import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.container_images.dockerfile import ContextFilter, Instruction, Stage

KEPT_VARIABLES = ("HOME", "LANG", "TMPDIR")
KEPT_PREFIXES = (
    "UV_CACHE",
    "UV_DEFAULT_INDEX",
    "UV_INDEX",
    "PIP_",
    "NPM_CONFIG_",
    "npm_config_",
    "SSL_",
    "NODE_EXTRA_",
)


@dataclass
class Image:
    """A built stage: its folder, and how its container starts."""

    stage: Stage
    root: Path
    workdir: str = "/"
    environment: dict[str, str] = field(default_factory=dict)

    def path(self, text: str) -> Path:
        """Return the place of a path of the image on this machine."""
        return self.root / str(PurePosixPath(self.workdir) / text).lstrip("/")

    @property
    def folder(self) -> Path:
        return self.path("")

    def moved_to(self, root: Path, stage: Stage) -> "Image":
        environment = {name: value.replace(str(self.root), str(root)) for name, value in self.environment.items()}
        return Image(stage, root, self.workdir, environment)

    def variables(self, additions: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of a process in its container."""
        return {**_machine_variables(self.root), **self.environment, **additions}

    def run(self, command: list[str], additions: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        variables = self.variables(additions)
        return subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=variables,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )

    @property
    def health_check(self) -> list[str]:
        return self._words("HEALTHCHECK")

    @property
    def stop_signal(self) -> signal.Signals:
        named = self.stage.last("STOPSIGNAL")
        return signal.Signals[named.text] if named else signal.SIGTERM

    def start_command(self, *arguments: str) -> list[str]:
        """Return the command of its container: the entry point with these arguments, by default with `CMD`."""
        return self._words("ENTRYPOINT") + (list(arguments) or self._words("CMD"))

    def _words(self, name: str) -> list[str]:
        instruction = self.stage.last(name)
        return instruction.words if instruction else []


@dataclass
class NativeBuilder:
    """Builds stages below `folder`."""

    stages: dict[str, Stage]
    context: Path
    filter: ContextFilter
    folder: Path
    programs: Mapping[str, Mapping[str, str]]
    """For each base image, by the prefix of its name: path in the image → program on this machine."""

    prebuilt: Mapping[str, Path] = field(default_factory=dict)
    """Folders that a command of the Dockerfile has already made on this machine, as the cache of an engine has them."""

    _built: dict[str, Image] = field(default_factory=dict)
    _still_needed: Counter[str] = field(default_factory=Counter)

    def build(self, *names: str) -> dict[str, Image]:
        """Build stages and the stages they need, each once.

        Stages that were needed only as the base of another no longer exist afterwards: their folder is moved.
        """
        self._count(*names)
        for name in names:
            self._build_with_needs(name)
        return {name: self._built[name] for name in names}

    def _count(self, *names: str) -> None:
        for name in names:
            self._still_needed[name] += 1
            if self._still_needed[name] == 1:
                self._count(*self._needs(self.stages[name]))

    def _needs(self, stage: Stage) -> list[str]:
        copied = (instruction.copy.stage for instruction in stage.instructions if instruction.name == "COPY")
        return [name for name in (stage.base, *copied) if name in self.stages]

    def _build_with_needs(self, name: str) -> None:
        if name not in self._built:
            for needed in self._needs(self.stages[name]):
                self._build_with_needs(needed)
            self._built[name] = self._build(self.stages[name])

    def _build(self, stage: Stage) -> Image:
        # All stages are built at one path, because programs of a Python environment contain the path of their build.
        place, finished = self.folder / "root", self.folder / stage.name
        place.unlink(missing_ok=True)
        if stage.base in self._built:
            image = self._built[stage.base].moved_to(place, stage)
            self._take_base(stage.base, finished)
        else:
            image = Image(stage, place)
            self._lay_base(stage.base, finished)
        place.symlink_to(finished)
        arguments: dict[str, str] = {}
        for instruction in stage.instructions:
            self._execute(instruction, image, arguments)
        return image.moved_to(finished, stage)

    def _take_base(self, base: str, finished: Path) -> None:
        self._still_needed[base] -= 1
        if self._still_needed[base]:
            _copy(self.folder / base, finished)
        else:
            # Moving is faster than copying and deleting.
            (self.folder / base).rename(finished)

    def _lay_base(self, base: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        programs = next(programs for start, programs in self.programs.items() if base.startswith(start))
        for path, program in programs.items():
            (folder / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
            (folder / path.lstrip("/")).symlink_to(program)

    def _execute(self, instruction: Instruction, image: Image, arguments: dict[str, str]) -> None:
        match instruction.name:
            case "ARG":
                arguments.update(instruction.assignments)
            case "ENV":
                for name, value in instruction.assignments.items():
                    image.environment[name] = _translate(value, image)
            case "WORKDIR":
                image.workdir = str(PurePosixPath(image.workdir) / instruction.text)
                image.folder.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self._copy_into(instruction, image)
            case "RUN" if folder := self.prebuilt.get(instruction.text):
                _copy(folder, image.path(folder.name))
            case "RUN":
                result = image.run(["/bin/sh", "-c", instruction.text], arguments)
                assert result.returncode == 0, f"{instruction.text}\n{result.stdout}\n{result.stderr}"
            case name:
                assert name in {"USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD", "STOPSIGNAL"}, name

    def _copy_into(self, instruction: Instruction, image: Image) -> None:
        copy = instruction.copy
        target = image.path(copy.target)
        for source in copy.sources:
            origin = (self.folder / copy.stage if copy.stage else self.context) / source.lstrip("/")
            # The contents of a folder are copied into the target, as is a file if the target is a folder.
            into = target / origin.name if copy.target.endswith("/") and origin.is_file() else target
            into.parent.mkdir(parents=True, exist_ok=True)
            if copy.stage:
                _copy(origin, into)
            else:
                self._copy_from_context(origin, into)

    def _copy_from_context(self, origin: Path, into: Path) -> None:
        def unwanted(folder: str, names: list[str]) -> list[str]:
            inside = PurePosixPath(folder).relative_to(self.context)
            return [name for name in names if not self.filter.lets_in(inside / name)]

        if origin.is_dir():
            shutil.copytree(origin, into, ignore=unwanted, dirs_exist_ok=True)
        else:
            assert self.filter.lets_in(PurePosixPath(origin).relative_to(self.context)), f"{origin} is ignored"
            shutil.copy2(origin, into)


def _translate(value: str, image: Image) -> str:
    """Return a variable's value, with absolute paths of the image replaced by their places on this machine."""
    parts = [f"{image.root}{part}" if part.startswith("/") else part for part in value.split(":")]
    return ":".join(parts).replace("$PATH", _machine_variables(image.root)["PATH"])


def _machine_variables(root: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES)
    }
    return kept | {"PATH": f"{root}/usr/local/bin:{os.environ['PATH']}"}


def _copy(source: Path, target: Path) -> None:
    """Copy the contents of a folder, or one file, quickly: by hard links where these are possible."""
    folder = target if source.is_dir() else target.parent
    folder.mkdir(parents=True, exist_ok=True)
    how = "-al" if source.stat().st_dev == folder.stat().st_dev else "-a"
    what = (f"{source}/.", f"{target}/") if source.is_dir() else (source, target)
    subprocess.run(["cp", how, *what], check=True)


def programs_of_this_machine(*, uv: str, nginx: str | None) -> dict[str, dict[str, str]]:
    """Return the programs of this machine that stand in for each base image."""
    python = str(Path(sys.executable).resolve())
    return {
        "ghcr.io/astral-sh/uv:": {"/uv": uv},
        "python:3.12.": {f"/usr/local/bin/{name}": python for name in ("python", "python3")},
        "node:22.": {},
        "nginx:": {"/usr/local/bin/nginx": nginx} if nginx else {},
    }
