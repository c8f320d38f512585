"""The report of one run, for people: what was secret, who tried what, what was found, and which test stands for each known way to leak."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from tests.leakcheck.vectors import VECTORS


def printed(record: Mapping[str, Any], results: Mapping[str, str], engine: str) -> str:
    parts = [
        f"LEAK CHECK on {engine}",
        "",
        *_secrets(record),
        "",
        *_tried(record),
        "",
        *_found(record),
        "",
        *_vectors(results),
    ]
    return "\n".join(parts)


def results_in(path: Path) -> dict[str, str]:
    """Test → passed, failed, error or skipped; parametrised tests count as one, the worst of their cases."""
    worst = ("passed", "skipped", "failed", "error")
    found: dict[str, str] = {}
    for case in ET.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name', '').partition('[')[0]}"
        outcome = next(
            (child.tag.replace("failure", "failed") for child in case if child.tag in {"failure", "error", "skipped"}),
            "passed",
        )
        found[name] = max(found.get(name, "passed"), outcome, key=worst.index)
    return found


def _secrets(record: Mapping[str, Any]) -> list[str]:
    by_thing: dict[str, list[str]] = {}
    for thing, field in record["canaries"]:
        by_thing.setdefault(thing, []).append(field)
    return [
        f"What is secret: {len(record['canaries'])} words in",
        *(f"  {thing:40} {', '.join(fields)}" for thing, fields in sorted(by_thing.items())),
    ]


def _tried(record: Mapping[str, Any]) -> list[str]:
    asked, ways = Counter[str](), dict[str, set[str]]()
    for who, way, number in record["answers"]:
        asked[who] += number
        ways.setdefault(who, set()).add(way)
    received = Counter(who for who, _way, _secret, relation in record["receipts"] if relation != "outsider")
    total = f"Who received what: {sum(asked.values()):,} answers, deliveries and pushes, {record['bytes'] / 1e6:.1f} MB, every byte searched"
    lines = [
        f"  {who:22} {asked[who]:8,} by {len(ways[who]):4} ways   {received[who]:5} times a secret that is theirs to read"
        for who in sorted(asked)
    ]
    return [total, *lines]


def _found(record: Mapping[str, Any]) -> list[str]:
    lines = [f"Leaks: {len(record['leaks']) or 'none'}", *(f"  LEAK {one}" for one in record["leaks"])]
    lines += [
        f"Contacts with hosts that must not be contacted: {len(record['contacts']) or 'none'}",
        *(f"  {one}" for one in record["contacts"]),
    ]
    return lines + [f"  FAULT {one}" for one in record["faults"]]


def _vectors(results: Mapping[str, str]) -> list[str]:
    lines = [f"{len(VECTORS)} known ways to leak, and the tests that stand in each:"]
    for vector in VECTORS:
        outcomes = {test: results.get(test, "not run") for test in vector.tests}
        good = all(outcome == "passed" for outcome in outcomes.values())
        lines.append(
            f"  {'absent' if vector.absent else 'closed' if good else 'OPEN':6} {vector.number:6} {vector.title}"
        )
        lines += [f"                {vector.absent}"] if vector.absent else []
        lines += [f"         {outcome:8} {test}" for test, outcome in outcomes.items()]
    return lines


def is_green(record: Mapping[str, Any], results: Mapping[str, str]) -> bool:
    tests: Sequence[str] = [test for vector in VECTORS for test in vector.tests]
    return (
        not record["leaks"]
        and not record["contacts"]
        and not record["faults"]
        and all(results.get(test) == "passed" for test in tests)
    )


def read(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
