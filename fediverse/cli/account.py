"""`fediverse account`: the people of this node."""

from typing import Annotated, get_args

import typer

from fediverse.actions import accounts
from fediverse.actions.accounts import RoleName
from fediverse.actions.tokens import issue_token
from fediverse.cli.printing import AsJson, show
from fediverse.cli.session import operator, password_from_stdin, with_node
from fediverse.node import Node
from fediverse.queries import accounts as questions
from fediverse.queries.views import Page, UserView

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="The people of this node.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The person's name: alice.")]
PAGE = 200


@app.command()
def create(
    context: typer.Context,
    name: Name,
    email: Annotated[str, typer.Option(help="The address that the person signs in with.")],
    role: Annotated[str, typer.Option(help=f"One of {', '.join(get_args(RoleName))}.")] = "user",
    display_name: Annotated[str, typer.Option(help="The name that others read.")] = "",
    locale: Annotated[str, typer.Option(help="Language of the person's pages: en or fr.")] = "",
    password_stdin: Annotated[
        bool,
        typer.Option(
            "--password-stdin", help="Read the password from standard input; without, nobody can sign in by one."
        ),
    ] = False,
    confirmed: Annotated[
        bool, typer.Option("--confirmed", help="The address needs no confirmation; an account made here never does.")
    ] = False,
) -> None:
    """Add a person."""
    del confirmed  # accepted for programs that say it
    chosen = _role(role)
    password = password_from_stdin() if password_stdin else ""

    async def step(node: Node) -> None:
        await accounts.register(
            node, username=name, email=email, password=password, role=chosen, locale=locale, display_name=display_name
        )
        typer.echo(f"{name}@{node.settings.domain} can sign in at {node.settings.origin}")

    with_node(context, step)


def _role(text: str) -> RoleName:
    roles: tuple[RoleName, ...] = get_args(RoleName)
    for role in roles:
        if role == text:
            return role
    raise typer.BadParameter(f"{text} is none of {', '.join(get_args(RoleName))}", param_hint="--role")


@app.command("list")
def list_accounts(context: typer.Context, as_json: AsJson = False) -> None:
    """Show who is here, the newest first."""

    async def step(node: Node) -> list[UserView]:
        found: list[UserView] = []
        while page := await questions.users(node, Page(PAGE, max_id=found[-1].account_id if found else None)):
            found += page
        return found

    rows = [
        {
            "name": user.username,
            "email": user.email,
            "role": user.role,
            "disabled": user.disabled,
            "locale": user.locale,
            "since": user.created_at,
        }
        for user in with_node(context, step)
    ]
    show(rows, as_json=as_json, nothing="Nobody is here yet; fediverse account create adds somebody")


@app.command()
def disable(context: typer.Context, name: Name) -> None:
    """Keep a person out: sessions and tokens end now. Nothing is deleted."""

    async def step(node: Node) -> None:
        user = await questions.user_by_username(node, name)
        await accounts.disable(node, user.account_id, by=operator())

    with_node(context, step)
    typer.echo(f"{name} can no longer sign in")


@app.command()
def enable(context: typer.Context, name: Name) -> None:
    """Let a person in again."""

    async def step(node: Node) -> None:
        user = await questions.user_by_username(node, name)
        await accounts.enable(node, user.account_id, by=operator())

    with_node(context, step)
    typer.echo(f"{name} can sign in again")


@app.command()
def password(context: typer.Context, name: Name) -> None:
    """Set a person's password, read from standard input. The person's sessions end."""
    chosen = password_from_stdin()

    async def step(node: Node) -> None:
        user = await questions.user_by_username(node, name)
        await accounts.set_password(node, user.account_id, chosen)

    with_node(context, step)
    typer.echo(f"{name} signs in with the new password from now on")


@app.command()
def token(
    context: typer.Context,
    name: Name,
    scopes: Annotated[str, typer.Option(help="What it may do, with spaces between.")] = "read write follow push",
) -> None:
    """Print an access token for a person, and nothing else."""

    async def step(node: Node) -> str:
        user = await questions.user_by_username(node, name)
        return await issue_token(node, user.account_id, scopes.split())

    typer.echo(with_node(context, step))
