"""`fediverse announcement`: words of the administrators to everybody here."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from fediverse.actions import announcements
from fediverse.cli.printing import AsJson, show
from fediverse.cli.session import operator, with_node
from fediverse.node import Node
from fediverse.queries import announcements as questions
from fediverse.queries.announcements import AnnouncementView

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="What everybody here is to read."
)


@app.command()
def add(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What is announced.")],
    starts: Annotated[
        str, typer.Option(metavar="TIME", help="When it begins: 2027-01-31 or 2027-01-31T12:00+01:00.")
    ] = "",
    ends: Annotated[str, typer.Option(metavar="TIME", help="When it is over; it is no longer shown then.")] = "",
    all_day: Annotated[bool, typer.Option("--all-day", help="The times are days.")] = False,
) -> None:
    """Announce something to everybody here, now."""
    starts_at, ends_at = _moment(starts), _moment(ends)

    async def step(node: Node) -> int:
        return await announcements.publish(
            node, text, operator(), starts_at=starts_at, ends_at=ends_at, all_day=all_day
        )

    typer.echo(f"announcement {with_node(context, step)} is shown to everybody")


@app.command("list")
def list_announcements(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what was announced, the newest first."""

    async def step(node: Node) -> list[AnnouncementView]:
        return await questions.all_announcements(node, node.instance_id)

    rows = [
        {
            "id": str(view.id),
            "text": view.text,
            "since": view.published_at,
            "starts": view.starts_at,
            "ends": view.ends_at,
            "reactions": sum(reaction.count for reaction in view.reactions),
        }
        for view in with_node(context, step)
    ]
    show(rows, as_json=as_json, nothing="Nothing is announced; fediverse announcement add announces something")


@app.command()
def remove(
    context: typer.Context,
    announcement: Annotated[int, typer.Argument(metavar="ID", help="As fediverse announcement list shows it.")],
) -> None:
    """Take an announcement back."""

    async def step(node: Node) -> None:
        await announcements.remove(node, announcement, operator())

    with_node(context, step)
    typer.echo(f"announcement {announcement} is gone")


def _moment(text: str) -> datetime | None:
    """A time that names no zone is UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a time; write 2027-01-31 or 2027-01-31T12:00+01:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
