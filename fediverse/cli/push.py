"""`fediverse push`: the push services that devices of this node's people may be reached by. Without any, nothing is pushed and no app is offered it."""

from typing import Annotated

import typer

from fediverse.actions import push_services
from fediverse.cli.printing import AsJson, plain, show
from fediverse.cli.session import operator, with_node
from fediverse.node import Node
from fediverse.queries import push

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="Which push services may be sent to."
)

Host = Annotated[
    str,
    typer.Argument(metavar="HOST", help="The service's host: fcm.googleapis.com, updates.push.services.mozilla.com."),
]


@app.command()
def add(context: typer.Context, host: Host) -> None:
    """Let notifications leave for a push service, encrypted to each device."""

    async def step(node: Node) -> str:
        return await push_services.add(node, host, by=operator())

    typer.echo(f"{with_node(context, step)} is a push service now")


@app.command()
def remove(context: typer.Context, host: Host) -> None:
    """Send nothing there any more, and forget the devices that subscribed there."""

    async def step(node: Node) -> int:
        return await push_services.remove(node, host, by=operator())

    lost = with_node(context, step)
    typer.echo(f"{host} is no push service any more; {lost} devices are no longer reached")


@app.command("list")
def list_services(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the push services, and how many devices each reaches."""
    show(
        [plain(service) for service in with_node(context, push.services)],
        as_json=as_json,
        nothing="No push service: nothing is pushed; fediverse push add HOST",
    )
