"""`fediverse demo`: three nodes on this machine, to look at or to be checked."""

from pathlib import Path
from typing import Annotated

import typer

from fediverse.demo import run

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def command(
    check: Annotated[bool, typer.Option("--check", help="Verify everything, then stop; exit status 0 or 1.")] = False,
    folder: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the nodes' data here instead of throwing it away.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=1, max=65_533, help="The first node's port; the others take the next two.")
    ] = 8001,
) -> None:
    """Run three nodes: two companies that allow each other, and an outsider. Shows what went where."""
    raise typer.Exit(run(check=check, folder=folder, first_port=port))
