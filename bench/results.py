"""The results of one run."""

import msgspec

from bench.measure import Measured, Memory
from bench.scenarios import Readings


class Results(msgspec.Struct):
    """Memory and starts by contender; measurements by stage, contender and round; readings likewise by scenario."""

    memory: dict[str, Memory] = {}
    starts: dict[str, list[Readings]] = {}
    stages: dict[str, dict[str, list[Measured]]] = {}
    scenarios: dict[str, dict[str, list[Readings]]] = {}
    broken: dict[str, str] = {}
    """Scenarios that could not be measured, and why."""

    def add(self, contender: str, stage: str, measured: Measured) -> None:
        self.stages.setdefault(stage, {}).setdefault(contender, []).append(measured)

    def of(self, contender: str, stage: str) -> list[Measured]:
        return self.stages.get(stage, {}).get(contender, [])

    @property
    def sound(self) -> bool:
        """Whether each answer completed, with each of its tokens exactly once."""
        measured = [each for stage in self.stages.values() for rounds in stage.values() for each in rounds]
        readings = [each for scenario in self.scenarios.values() for rounds in scenario.values() for each in rounds]
        stream_errors = [*(each.stream_errors for each in measured), *(each.get("stream_errors") for each in readings)]
        return not self.broken and not any(stream_errors)
