"""Every setting, every command and every activity type stands in README.md; what is missing is listed."""

import re

import pytest
from typer.core import TyperGroup

from fediverse.__main__ import NOUNS
from fediverse.federation.activities import HEARD
from fediverse.settings import Settings
from tests.support.source import ROOT


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """`fediverse account create` and all the others."""
    found: list[str] = []
    for name, noun in NOUNS.items():
        command = noun.load(name)
        words = list(command.commands) if isinstance(command, TyperGroup) else []
        found += [f"fediverse {name} {word}" for word in words] or [f"fediverse {name}"]
    return found


def test_every_setting_stands_in_readme(readme: str) -> None:
    """An operator finds each by its name in the environment."""
    names = [f"FEDIVERSE_{name.upper()}" for name in Settings.model_fields]

    assert [name for name in names if not re.search(rf"\b{name}\b", readme)] == []


def test_every_command_stands_in_readme(readme: str) -> None:
    """With its whole name, as it is typed."""
    assert len(commands()) > 20
    assert [name for name in commands() if not re.search(rf"\b{name}\b", readme)] == []


def test_every_activity_type_stands_in_readme(readme: str) -> None:
    """What this node understands from others."""
    assert [name for name in HEARD if not re.search(rf"`{name}`", readme)] == []
