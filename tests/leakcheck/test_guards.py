"""The list of guards fits the source: each stands where it is said to stand, once, so that taking it away takes away just that."""

import ast
from pathlib import Path

import pytest

from scripts.leakcheck_parts.guards import GUARDS, Guard
from scripts.leakcheck_parts.mutate import stands

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_guard_stands_where_it_is_said_to_stand(guard: Guard) -> None:
    """A guard that was moved or reworded is found again by whoever did it: `scripts/leakcheck_parts/guards.py`."""
    for change in guard.changes:
        assert stands(change), f"{change.path} does not hold, exactly once:\n{change.before}"


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_a_program_without_a_guard_can_still_be_read(guard: Guard) -> None:
    """Else the check would turn red for a comma, and prove nothing."""
    for change in guard.changes:
        whole = (ROOT / change.path).read_text(encoding="utf-8")

        ast.parse(whole.replace(change.before, change.after))


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_tests_that_a_guard_names_exist(guard: Guard) -> None:
    """They are run where the leak check stays green without the guard."""
    assert [test for test in guard.also if not (ROOT / test).is_file()] == []


def test_no_two_guards_have_one_name() -> None:
    """Names choose which guards are tried."""
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)
