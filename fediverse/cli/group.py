"""`fediverse group`: groups of this node, for whoever runs it. Their owners and moderators do the rest, in the pages or in their applications."""

from collections.abc import Sequence
from typing import Annotated, TypeVar

import typer

from fediverse.actions import groups
from fediverse.actions.groups import GroupChange, GroupDraft
from fediverse.cli.printing import AsJson, plain, show, show_json
from fediverse.cli.session import with_node
from fediverse.errors import NotFound
from fediverse.federation import group_reconcile
from fediverse.federation.group_reconcile import Reconciled
from fediverse.node import Node
from fediverse.policy.groups import ACCESSES, POSTINGS
from fediverse.queries import accounts
from fediverse.queries import groups as questions
from fediverse.queries.group_views import GroupView, MemberView
from fediverse.queries.views import Page

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="The groups of this node.")

Word = TypeVar("Word", bound=str)
PAGE = 200

Name = Annotated[str, typer.Argument(metavar="NAME", help="The group's name: projet-x.")]
Domains = Annotated[
    str | None,
    typer.Option(
        metavar='"DOMAIN DOMAIN..."',
        help='The domains whose people may be members: "beta.example *.gamma.example", or * for every domain that this node allows. "" is this node alone.',
    ),
]


@app.command()
def create(
    context: typer.Context,
    name: Name,
    access: Annotated[
        str,
        typer.Option(help="open: everybody joins and reads; closed: who is let in; secret: who is invited."),
    ] = "closed",
    domains: Domains = None,
    owner: Annotated[
        str, typer.Option(metavar="PERSON", help="The person of this node who looks after it: alice.")
    ] = "",
    title: Annotated[str, typer.Option(help="The name that people read.")] = "",
    note: Annotated[str, typer.Option(help="What it is for.")] = "",
    posting: Annotated[str, typer.Option(help="Who posts: members, or moderators alone.")] = "members",
) -> None:
    """Make a group. Without an owner nobody is in it yet."""
    draft = GroupDraft(
        name,
        display_name=title,
        note=note,
        access=_one_of(ACCESSES, access, "--access"),
        posting=_one_of(POSTINGS, posting, "--posting"),
        domains=_patterns(domains or ""),
    )

    async def step(node: Node) -> None:
        owner_id = (await accounts.user_by_username(node, owner.removeprefix("@"))).account_id if owner else None
        await groups.create(node, owner_id, draft)
        typer.echo(f"{name}@{node.settings.domain} is a group, {draft.access}")

    with_node(context, step)


@app.command("list")
def list_groups(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the groups of this node."""
    rows = [_row(view) for view in with_node(context, questions.all_local)]
    show(rows, as_json=as_json, nothing="There is no group yet; fediverse group create makes one")


@app.command()
def policy(
    context: typer.Context,
    name: Name,
    domains: Domains = None,
    posting: Annotated[str, typer.Option(help="Who posts: members, or moderators alone.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show which domains a group is for and who may post in it, or set that. Leaving a domain out removes its members and stops what is sent there."""
    chosen = _one_of(POSTINGS, posting, "--posting") if posting else None

    async def step(node: Node) -> GroupView:
        found = await _local(node, name)
        if chosen is not None:
            await groups.update(node, None, found.id, GroupChange(posting=chosen))
        if domains is not None:
            await groups.set_domains(node, None, found.id, _patterns(domains))
        return await _local(node, name)

    view = with_node(context, step)
    if as_json:
        show_json(plain(_row(view)))
        return
    listed = " ".join(view.domains) or "none but this node"
    typer.echo(f"{name}: {view.access}; domains: {listed}; posts: {view.posting}")


@app.command()
def members(context: typer.Context, name: Name, as_json: AsJson = False) -> None:
    """Show who is in a group, whoever joined last first."""

    async def step(node: Node) -> list[MemberView]:
        found = await _local(node, name)
        listed: list[MemberView] = []
        cursor: int | None = None
        while page := await questions.member_edges(node, found.id, Page(PAGE, max_id=cursor)):
            listed += [edge.item for edge in page]
            cursor = page[-1].cursor
        return listed

    rows = [
        {"account": member.account.acct, "name": member.account.name, "role": member.role, "since": member.since}
        for member in with_node(context, step)
    ]
    show(rows, as_json=as_json, nothing=f"Nobody is in {name} yet")


@app.command()
def reconcile(context: typer.Context, name: Name) -> None:
    """Learn again from its members' nodes what a group had sent, after a backup was read, and let deliveries that were paused go on."""

    async def step(node: Node) -> Reconciled:
        return await group_reconcile.reconcile(node, (await _local(node, name)).id)

    result = with_node(context, step)
    typer.echo(
        f"{name} goes on at number {result.sequence}; {result.recovered} things were learnt again from {len(result.asked)} nodes"
    )
    for host, why in result.silent.items():
        typer.echo(f"{host} did not answer: {why}", err=True)


async def _local(node: Node, name: str) -> GroupView:
    """The group of this node that is called *name*, secret or not: the operator may know."""
    wanted = name.removeprefix("@").removeprefix("!").lower()
    for view in await questions.all_local(node):
        if view.account.username.lower() == wanted:
            return view
    raise NotFound(f"{name} is no group of this node; fediverse group list shows them")


def _row(view: GroupView) -> dict[str, object]:
    return {
        "name": view.account.username,
        "title": view.account.display_name,
        "access": view.access,
        "posting": view.posting,
        "domains": list(view.domains),
        "members": view.members_count,
        "paused": view.paused,
        "since": view.account.created_at,
    }


def _patterns(text: str) -> tuple[str, ...]:
    """Names between blanks or commas."""
    return tuple(text.replace(",", " ").split())


def _one_of(words: Sequence[Word], text: str, option: str) -> Word:
    for word in words:
        if word == text:
            return word
    raise typer.BadParameter(f"{text} is none of {', '.join(words)}", param_hint=option)
