"""`fediverse queue`: what waits to be sent, by host."""

from typing import Annotated

import typer

from fediverse.cli.printing import AsJson, plain, show
from fediverse.cli.session import with_node
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.hosts import canonical_host
from fediverse.queries import domains as questions
from fediverse.queue import outbox

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="What waits to be sent, by host."
)

Host = Annotated[str | None, typer.Argument(metavar="[HOST]", help="The host, as fediverse queue status shows it.")]
Everything = Annotated[bool, typer.Option("--all", help="Every host.")]


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """Show what waits, what is parked after two weeks of failures, and what a rule refused."""
    rows = [plain(lane) for lane in with_node(context, questions.lanes)]
    show(rows, as_json=as_json, nothing="Nothing waits")


@app.command()
def retry(context: typer.Context, host: Host = None, everything: Everything = False) -> None:
    """Send what is parked or refused anew, now; the rules are asked again."""

    async def step(node: Node) -> int:
        return sum([await outbox.retry(node, chosen) for chosen in await _hosts(node, host, everything=everything)])

    typer.echo(f"{with_node(context, step)} deliveries wait to be sent now")


@app.command()
def drop(context: typer.Context, host: Host = None, everything: Everything = False) -> None:
    """Forget what waits for a host. What was posted stays posted; the host never hears of it."""

    async def step(node: Node) -> int:
        return sum([await outbox.drop(node, chosen) for chosen in await _hosts(node, host, everything=everything)])

    typer.echo(f"{with_node(context, step)} deliveries are forgotten")


async def _hosts(node: Node, host: str | None, *, everything: bool) -> list[str]:
    """The chosen lanes. Raises NotFound when nothing waits for *host*."""
    if (host is None) != everything:
        raise typer.BadParameter("name a host, or say --all")
    waiting = [lane.host for lane in await questions.lanes(node)]
    if host is None:
        return waiting
    canonical = canonical_host(host)
    if canonical not in waiting:
        raise NotFound(f"nothing waits for {canonical}; fediverse queue status shows what does")
    return [canonical]
