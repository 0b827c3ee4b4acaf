"""The results of one run."""

import msgspec

from bench.measure import Measured, Memory


class Results(msgspec.Struct):
    """Memory and seconds of the start by contender; measurements by stage, contender and round."""

    memory: dict[str, Memory] = {}
    started_in: dict[str, float] = {}
    stages: dict[str, dict[str, list[Measured]]] = {}
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
        return not any(
            measured.faults for stage in self.stages.values() for rounds in stage.values() for measured in rounds
        )
