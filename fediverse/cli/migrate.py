"""`fediverse migrate`: bring the database to this program's version."""

import asyncio
from typing import Annotated

import typer

from fediverse.cli.session import opened_database, settings_of
from fediverse.database.migrations import migrate, missing
from fediverse.errors import Conflict

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command()
def command(
    context: typer.Context,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit status 1 when a migration is missing.")
    ] = False,
) -> None:
    """Bring the database to this program's version. A migration that fails leaves it as it was."""
    settings = settings_of(context)

    async def ask() -> list[str]:
        async with opened_database(settings) as database:
            return await missing(database)

    async def apply() -> list[str]:
        async with opened_database(settings) as database:
            return await migrate(database, progress=lambda name: typer.echo(f"applied {name}"))

    if check:
        absent = asyncio.run(ask())
        if absent:
            raise Conflict(f"missing: {', '.join(absent)}; run: fediverse migrate")
    elif asyncio.run(apply()):
        return
    typer.echo("The database is at this program's version")
