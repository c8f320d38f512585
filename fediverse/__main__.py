"""`fediverse`, the command line: finds the noun that was asked for, loads its file and no other, and ends with 0, 1 or 2.

0: done. 1: refused or failed, with one line on standard error. 2: wrong usage.
"""

import importlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from fediverse import __version__
from fediverse.errors import FediverseError


@dataclass(frozen=True)
class Noun:
    """A command whose words stand in a file of `fediverse.cli`, under *app*."""

    file: str
    help: str
    app: str = "app"

    def load(self, name: str) -> Any:
        command = typer.main.get_command(getattr(importlib.import_module(f"fediverse.cli.{self.file}"), self.app))
        command.name = name
        return command


NOUNS = {
    "demo": Noun("demo", "Three nodes on this machine, to look at or to be checked."),
    "serve": Noun("serve", "Answer requests and do the work, in one process.", "serve_app"),
    "web": Noun("serve", "Answer requests only.", "web_app"),
    "worker": Noun("serve", "Do the work only.", "worker_app"),
    "account": Noun("account", "The people of this node."),
    "domain": Noun("domain", "Which domains may speak with this node."),
    "group": Noun("group", "The groups of this node."),
    "push": Noun("push", "Which push services may be sent to."),
    "announcement": Noun("announcement", "What everybody here is to read."),
    "house-rule": Noun("house_rule", "The rules that people here agree to."),
    "queue": Noun("queue", "What waits to be sent, by host."),
    "audit": Noun("audit", "What is on record about what left this node."),
    "key": Noun("key", "The keys that this node and its people sign with."),
    "migrate": Noun("migrate", "Bring the database to this program's version."),
    "doctor": Noun("doctor", "Name what is wrong with this node, and how to mend it."),
    "backup": Noun("backup", "Write database, keys and media to one file.", "backup_app"),
    "restore": Noun("backup", "Bring back what a backup holds.", "restore_app"),
    "seed": Noun("seed", "Development: people, tokens and applications from a file."),
}


class Nouns(TyperGroup):
    """Knows every noun and loads only the one that is used: help and mistakes are answered without the database, the web server and the rest."""

    def list_commands(self, _context: Any) -> list[str]:
        return list(NOUNS)

    def get_command(self, _context: Any, name: str) -> Any:
        return NOUNS[name].load(name) if name in NOUNS else None

    def format_commands(self, _context: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, noun.help) for name, noun in NOUNS.items()])


app = typer.Typer(
    cls=Nouns, no_args_is_help=True, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


def print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's way
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def before(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with settings; the environment beats it.")
    ] = None,
    show_version: Annotated[  # noqa: FBT002 - typer's way
        bool, typer.Option("--version", is_eager=True, callback=print_version, help="Print the version and stop.")
    ] = False,
) -> None:
    """A federated social network for groups of companies. Settings come from the environment (FEDIVERSE_...) or from --config FILE."""
    del show_version  # printed already
    context.obj = config


def run(words: Sequence[str]) -> int:
    """Run the command line *words*; the exit status."""
    try:
        app(args=list(words), prog_name="fediverse")
    except FediverseError as problem:
        typer.echo("fediverse: " + "; ".join(problem.safe.splitlines()), err=True)
        return 1
    except KeyboardInterrupt:
        return 130
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def main() -> None:
    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
