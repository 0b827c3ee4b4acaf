"""Scenarios: what the product alone is measured at, once per run; each module measures one of them.

A scenario returns readings: figures by name, which `bench/lines.py` puts into lines with their targets.
"""

type Readings = dict[str, float]
