"""What was measured, beside what was promised; as a table for people, as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal


@dataclass(frozen=True)
class Figure:
    """*budget* is the promise, kept from above or below as *at* says; None where nothing was promised. *limited_by*: what it would take to be faster."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    at: Literal["least", "most"] = "most"
    limited_by: str = ""

    @property
    def kept(self) -> bool | None:
        if self.budget is None:
            return None
        return self.value >= self.budget if self.at == "least" else self.value <= self.budget


def as_json(machine: dict[str, str], found: dict[str, Sequence[Figure]], *, quick: bool) -> str:
    figures = [
        {"engine": engine, **asdict(figure), "kept": figure.kept}
        for engine, listed in found.items()
        for figure in listed
    ]
    return json.dumps({"machine": machine, "quick": quick, "figures": figures}, indent=2)


def as_table(machine: dict[str, str], found: dict[str, Sequence[Figure]], *, quick: bool) -> str:
    """Machine first, then a row a figure and a column an engine."""
    heading = "quick run" if quick else ""
    lines = [f"{name:>10}  {value}" for name, value in machine.items()]
    names = list(dict.fromkeys(figure.name for listed in found.values() for figure in listed))
    width = max(len(name) for name in names)
    lines += [
        "",
        f"{heading:{width}}  " + "  ".join(f"{engine:>16}" for engine in found) + "  budget          limited by",
    ]
    for name in names:
        row = {engine: figure for engine, listed in found.items() for figure in listed if figure.name == name}
        any_one = next(iter(row.values()))
        cells = "  ".join(f"{_cell(row[engine]) if engine in row else '-':>16}" for engine in found)
        lines.append(f"{name:{width}}  {cells}  {_budget(any_one):14}  {any_one.limited_by}".rstrip())
    return "\n".join(lines)


def _cell(figure: Figure) -> str:
    mark = {True: "ok", False: "!!", None: "  "}[figure.kept]
    return f"{_number(figure.value)} {figure.unit} {mark}"


def _budget(figure: Figure) -> str:
    if figure.budget is None:
        return ""
    return f"{'>=' if figure.at == 'least' else '<='} {_number(figure.budget)} {figure.unit}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
