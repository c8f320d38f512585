"""`fediverse domain`: the allowlist. Who may speak with this node is decided by these rules alone; a new node speaks with nobody."""

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from fediverse.actions import domains
from fediverse.actions.domains import NewRule
from fediverse.cli.printing import AsJson, plain, show, show_json
from fediverse.cli.session import operator, with_node
from fediverse.errors import Conflict, Invalid, Refused
from fediverse.federation.handshake import Step, check_domain
from fediverse.node import Node
from fediverse.policy.domains import Direction, Effect, Reach, Rule, Verdict
from fediverse.queries import domains as questions

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="Which domains may speak with this node."
)


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"


Domain = Annotated[
    str, typer.Argument(metavar="DOMAIN", help="The other node: beta.example, or *.beta.example for all below it.")
]
Subdomains = Annotated[bool, typer.Option("--subdomains", help="Also for every name below it.")]
Directions = Annotated[list[Direction], typer.Option("--direction", help="Only in this direction; may be repeated.")]
Ports = Annotated[list[int], typer.Option("--port", "--ports", help="Only on this port; may be repeated.")]
From = Annotated[
    str,
    typer.Option("--from", metavar="TIME", help="In force from this time on: 2027-01-31 or 2027-01-31T12:00+01:00."),
]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="In force until this time.")]
Reason = Annotated[str, typer.Option("--reason", help="Why, for those who come after.")]
Draft = Annotated[bool, typer.Option("--draft", help="Without effect until it is published.")]


@app.command()
def allow(
    context: typer.Context,
    domain: Domain,
    subdomains: Subdomains = False,
    addresses: Annotated[
        list[str],
        typer.Option(
            metavar="CIDR", help="The networks where it may live, for a peer on a private network; may be repeated."
        ),
    ] = [],  # noqa: B006 - typer wants a list
    ports: Ports = [],  # noqa: B006
    ca: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Certificates (PEM) to trust for it instead of the system's.")
    ] = None,
    reach: Annotated[
        Reach, typer.Option(help="Everything that its people may see, or only what is addressed to them.")
    ] = Reach.NETWORK,
    direction: Directions = [],  # noqa: B006
    since: From = "",
    until: Until = "",
    reason: Reason = "",
    draft: Draft = False,
) -> None:
    """Let a domain speak with this node."""
    rule = NewRule(
        domain,
        Effect.ALLOW,
        subdomains=subdomains,
        directions=tuple(direction),
        addresses=tuple(addresses),
        ports=tuple(ports),
        ca_pem=_text_of(ca) if ca else "",
        reach=reach,
        valid_from=_moment(since),
        valid_to=_moment(until),
        reason=reason,
        draft=draft,
    )
    _add(context, rule)


@app.command()
def deny(
    context: typer.Context,
    domain: Domain,
    subdomains: Subdomains = False,
    ports: Ports = [],  # noqa: B006
    direction: Directions = [],  # noqa: B006
    since: From = "",
    until: Until = "",
    reason: Reason = "",
    draft: Draft = False,
) -> None:
    """Refuse a domain, also where a wider rule allows it."""
    _add(context, _narrow(domain, Effect.DENY, subdomains, ports, direction, since, until, reason, draft))


@app.command()
def hold(
    context: typer.Context,
    domain: Domain,
    subdomains: Subdomains = False,
    ports: Ports = [],  # noqa: B006
    direction: Directions = [],  # noqa: B006
    since: From = "",
    until: Until = "",
    reason: Reason = "",
    draft: Draft = False,
) -> None:
    """Refuse a domain for now: what waits to be sent to it keeps waiting."""
    _add(context, _narrow(domain, Effect.HOLD, subdomains, ports, direction, since, until, reason, draft))


def _narrow(
    domain: str,
    effect: Effect,
    subdomains: bool,
    ports: list[int],
    direction: list[Direction],
    since: str,
    until: str,
    reason: str,
    draft: bool,
) -> NewRule:
    return NewRule(
        domain,
        effect,
        subdomains=subdomains,
        directions=tuple(direction),
        ports=tuple(ports),
        valid_from=_moment(since),
        valid_to=_moment(until),
        reason=reason,
        draft=draft,
    )


def _add(context: typer.Context, rule: NewRule) -> None:
    async def step(node: Node) -> Rule:
        return await questions.rule(node, await domains.add_rule(node, rule, by=operator()))

    added = with_node(context, step)
    typer.echo(
        f"rule {added.id}: {added.effect} {added.pattern}" + (" (a draft, without effect)" if added.draft else "")
    )


@app.command()
def remove(context: typer.Context, domain: Domain) -> None:
    """Take a domain's rules away. Traffic stops at once; people and posts stay known, what waits is held."""

    async def step(node: Node) -> questions.RemovalEffect:
        return await domains.remove(node, domain, by=operator())

    cut = with_node(context, step)
    typer.echo(
        f"{domain} has no rule any more; {cut.people} known people, {cut.follows} follows, {cut.followers} followers"
        f" and {cut.waiting_deliveries} waiting deliveries are cut off"
    )


@app.command("list")
def list_rules(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rules."""
    _show_rules(
        with_node(context, questions.rules),
        as_json=as_json,
        nothing="No rule: this node speaks with nobody; fediverse domain allow DOMAIN",
    )


@app.command()
def drafts(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rules that have no effect yet."""
    _show_rules(with_node(context, questions.drafts), as_json=as_json, nothing="No drafts")


def _show_rules(rules: list[Rule], *, as_json: bool, nothing: str) -> None:
    if as_json:
        show_json([plain(rule) for rule in rules])
        return
    rows: list[dict[str, Any]] = [
        {
            "id": rule.id,
            "effect": rule.effect,
            "pattern": rule.pattern,
            "directions": rule.directions or "all",
            "ports": rule.granted_ports if rule.effect is Effect.ALLOW else rule.ports or "all",
            "addresses": rule.addresses,
            "own_ca": bool(rule.ca_pem),
            "reach": rule.reach,
            "from": rule.valid_from,
            "until": rule.valid_to,
            "reason": rule.reason,
            "by": rule.author,
        }
        for rule in rules
    ]
    show(rows, as_json=False, nothing=nothing)


@app.command()
def publish(
    context: typer.Context,
    rule: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="The drafts' numbers.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every draft.")] = False,
) -> None:
    """Let drafts take effect."""
    if bool(rule) == everything:
        raise typer.BadParameter("name the drafts by their numbers, or say --all")

    async def step(node: Node) -> list[str]:
        chosen = [draft.id for draft in await questions.drafts(node)] if everything else rule or []
        for number in chosen:
            await domains.publish_draft(node, number, by=operator())
        return chosen

    typer.echo(f"{len(with_node(context, step))} rules took effect")


@app.command()
def discard(
    context: typer.Context, rule: Annotated[str, typer.Argument(metavar="ID", help="The draft's number.")]
) -> None:
    """Throw a draft away."""

    async def step(node: Node) -> None:
        await domains.discard_draft(node, rule, by=operator())

    with_node(context, step)
    typer.echo(f"draft {rule} is gone")


@app.command()
def check(context: typer.Context, domain: Domain, as_json: AsJson = False) -> None:
    """Print the decision on a domain, and the rule that made it, in each direction; for people also how far a first contact gets.

    Exit status 1 unless all directions are allowed.
    """

    async def step(node: Node) -> tuple[dict[Direction, Verdict], list[Step]]:
        verdicts = await domains.check(node, domain)
        walked = not as_json and all(verdict.allowed for verdict in verdicts.values())
        return verdicts, await check_domain(node, domain) if walked else []

    verdicts, steps = with_node(context, step)
    rows = [
        {
            "direction": direction,
            "decision": verdict.effect,
            "rule": verdict.rule_id,
            "pattern": verdict.rule.pattern if verdict.rule else None,
            "because": verdict.sentence,
        }
        for direction, verdict in verdicts.items()
    ]
    show(rows, as_json=as_json, nothing="")
    if steps:
        show(
            [{"step": one.name, "works": "yes" if one.ok else "NO", "found": one.sentence} for one in steps],
            as_json=False,
            nothing="",
        )
    shut = [direction.value for direction, verdict in verdicts.items() if not verdict.allowed]
    if shut:
        raise Refused(f"{domain} is not allowed: {', '.join(shut)}")


@app.command("import")
def import_rules(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Rules as fediverse domain export writes them, or Mastodon's CSV.")
    ],
    form: Annotated[
        Format | None, typer.Option("--format", help="What FILE holds, where its name does not tell.")
    ] = None,
) -> None:
    """Read rules as drafts: without effect until fediverse domain publish."""
    chosen = form or (Format.CSV if file.suffix.lower() == ".csv" else Format.JSON)
    text = _text_of(file)

    async def step(node: Node) -> list[Rule]:
        return await domains.import_rules(node, text, chosen.value, by=operator())

    made = with_node(context, step)
    if made:
        _show_rules(made, as_json=False, nothing="")
    typer.echo(f"{len(made)} drafts; fediverse domain publish lets them take effect")


@app.command("export")
def export_rules(
    context: typer.Context,
    form: Annotated[
        Format, typer.Option("--format", help="Our JSON, or Mastodon's CSV of allowed domains.")
    ] = Format.JSON,
) -> None:
    """Print the rules in force."""

    async def step(node: Node) -> str:
        return await domains.export_rules(node, form.value)

    typer.echo(with_node(context, step), nl=False)


@app.command()
def refused(
    context: typer.Context, limit: Annotated[int, typer.Option(min=1, max=10_000)] = 100, as_json: AsJson = False
) -> None:
    """Show who was refused, the latest first: hosts and counts, no content."""

    async def step(node: Node) -> list[questions.RefusedContactView]:
        return await questions.refused_contacts(node, limit)

    show([plain(contact) for contact in with_node(context, step)], as_json=as_json, nothing="Nobody was refused")


@app.command()
def effect(context: typer.Context, domain: Domain, as_json: AsJson = False) -> None:
    """Show what removing a domain would cut, without doing it."""

    async def step(node: Node) -> questions.RemovalEffect:
        return await questions.effect_of_removing(node, domain)

    found = with_node(context, step)
    if as_json:
        show_json(plain(found))
        return
    typer.echo(
        f"{domain}: {found.people} known people, {found.follows} follows, {found.followers} followers, {found.waiting_deliveries} waiting deliveries"
    )


@app.command()
def purge(
    context: typer.Context,
    domain: Domain,
    yes: Annotated[bool, typer.Option("--yes", help="Really: this cannot be undone.")] = False,
) -> None:
    """Delete what is known of a removed domain's people and posts."""
    if not yes:
        raise Conflict(f"this deletes everything of {domain} for good; say --yes to do it")

    async def step(node: Node) -> tuple[int, int]:
        return await domains.purge(node, domain, by=operator())

    people, posts = with_node(context, step)
    typer.echo(f"{people} accounts and {posts} posts of {domain} are gone")


def _moment(text: str) -> datetime | None:
    """A time as people type it; without a zone it is UTC."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text} is not a time; write 2027-01-31 or 2027-01-31T12:00+01:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Invalid(f"{file}: cannot be read: {problem}") from problem
