"""Every setting, every command and every activity type stands in README.md; what is missing is listed."""

import re

import click
import pytest
import typer
from fediverse.__main__ import app

from fediverse.federation.activities import HEARD
from fediverse.settings import Settings
from tests.support.source import ROOT


@pytest.fixture(scope="module")
def readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """`fediverse account create` and all the others, hidden ones apart."""
    found: list[str] = []

    def walk(command: click.Command, names: tuple[str, ...]) -> None:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                inner = command.get_command(context, name)
                if inner is not None and not inner.hidden:
                    walk(inner, (*names, name))
        else:
            found.append(" ".join(names))

    walk(typer.main.get_command(app), ("fediverse",))
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
