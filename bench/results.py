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
    deflated: bool = False

    def add(self, contender: str, stage: str, measured: Measured) -> None:
        """Add the measurement of one more round."""
        self.stages.setdefault(stage, {}).setdefault(contender, []).append(measured)

    def of(self, contender: str, stage: str) -> list[Measured]:
        """Return all rounds of one contender in one stage."""
        return self.stages.get(stage, {}).get(contender, [])

    @property
    def sound(self) -> bool:
        """Whether each answer completed, with each of its tokens exactly once."""
        return (
            not self.broken
            and not any(
                measured.faults for stage in self.stages.values() for rounds in stage.values() for measured in rounds
            )
            and not any(
                readings.get("faults")
                for rounds in self.scenarios.values()
                for of in rounds.values()
                for readings in of
            )
        )
