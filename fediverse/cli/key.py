"""`fediverse key`: the keys that this node and its people sign with."""

import asyncio
from typing import Annotated

import typer

from fediverse.actions import accounts
from fediverse.cli.session import with_node
from fediverse.node import Node
from fediverse.queries import accounts as questions
from fediverse.queries.views import Page

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    add_completion=False,
    help="The keys that this node and its people sign with.",
)
PAGE = 200


@app.callback()
def nouns() -> None:
    """Keeps `rotate` a word of its own while it is the only one."""


@app.command()
def rotate(
    context: typer.Context,
    account: Annotated[str, typer.Option(metavar="NAME", help="New keys for this person instead of the node.")] = "",
    everybody: Annotated[
        bool, typer.Option("--everybody", help="New keys for the node and for each of its people.")
    ] = False,
) -> None:
    """Sign with new keys from now on. The old ones stay published for a while, so that what they signed is still believed.

    A node that is running signs with its new keys after a restart.
    """
    if account and everybody:
        raise typer.BadParameter("name one person, or say --everybody")

    async def step(node: Node) -> int:
        if account:
            await accounts.rotate_keys(node, (await questions.user_by_username(node, account)).account_id)
            return 1
        await asyncio.to_thread(node.keyring.rotate_instance_keys)
        return 1 + (await _rotate_all(node) if everybody else 0)

    rotated = with_node(context, step)
    typer.echo(
        f"{rotated} new key pair{'s' if rotated > 1 else ''}; restart the node to sign with {'them' if rotated > 1 else 'it'}"
    )


async def _rotate_all(node: Node) -> int:
    count = 0
    last: int | None = None
    while page := await questions.users(node, Page(PAGE, max_id=last)):
        for user in page:
            await accounts.rotate_keys(node, user.account_id)
        count, last = count + len(page), page[-1].account_id
    return count
