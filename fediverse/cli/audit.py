"""`fediverse audit`: what is on record about what left this node."""

from typing import Annotated, Any

import typer

from fediverse.cli.printing import AsJson, plain, show, show_json
from fediverse.cli.session import with_node
from fediverse.node import Node
from fediverse.queries.egress import EgressView, of_post_called

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="What is on record about what left."
)

Post = Annotated[
    str, typer.Argument(metavar="POST", help="The post: its id here, its URI, or the address of its page.")
]


@app.callback()
def audit() -> None:
    """A group of commands, also while it holds one only."""


@app.command()
def egress(context: typer.Context, post: Post, as_json: AsJson = False) -> None:
    """List the nodes that a post went to, what each answered, and what a rule kept back. With --json the receipts too."""

    async def step(node: Node) -> list[EgressView]:
        return await of_post_called(node, post)

    found = with_node(context, step)
    if as_json:
        show_json(plain(found))
    else:
        show([_line(view) for view in found], as_json=False, nothing="The post never left, and nothing asked for it")


def _line(view: EgressView) -> dict[str, Any]:
    return {
        "host": view.host,
        "what": f"{view.kind} {view.type}".strip(),
        "outcome": view.outcome,
        "answer": view.status,
        "rule": view.rule,
        "receipt": view.receipt_state,
        "attempts": view.attempts,
        "last_at": view.last_at.isoformat(timespec="seconds"),
        "reason": view.reason or view.receipt_problem,
    }
