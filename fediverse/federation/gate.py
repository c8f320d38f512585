"""The inner of the two gates: whether a host may do what it is about to do with us, asked of the policy at this moment.

`receive`, `authentication` and `send` ask here, so that a refusal is counted and worded in one place. The outer gate is the HTTP client's transport,
which asks by itself. What is said to the refused host names the rule and never the administrator's reason.
"""

from collections.abc import Iterable
from typing import NoReturn

from fediverse import log
from fediverse.actions import domains
from fediverse.errors import DomainRefused, Invalid, SignatureRefused
from fediverse.node import Node
from fediverse.policy.domains import Direction, Verdict
from fediverse.policy.hosts import host_of

_log = log.get(__name__)


def host_named(node: Node, uri: str) -> str:
    """The canonical host of *uri*. Raises SignatureRefused when it names none that could exist: who cannot be found cannot be believed."""
    try:
        return host_of(uri, allow_http=node.settings.development)
    except Invalid as problem:
        raise SignatureRefused(
            "The address of a key or an actor is not readable", code="unreadable_address"
        ) from problem


def is_ours(node: Node, uri: str) -> bool:
    """Whether *uri* names something of this node."""
    return uri.startswith(f"{node.settings.origin}/")


async def require_allowed(node: Node, direction: Direction, kind: str, uris: Iterable[str]) -> None:
    """Raises DomainRefused, and counts the contact, when a host of *uris* may not do this by the rules as the database has them now."""
    for host in sorted({host_named(node, uri) for uri in uris}):
        verdict = await node.rules.decide(direction, kind, host)
        if not verdict.allowed:
            await refuse(node, direction, host, verdict)


async def require_plausible(node: Node, direction: Direction, kind: str, uris: Iterable[str]) -> None:
    """The same by the rules last read, for the check before any network or proof. A refusal is asked again, as a rule may be new; what this lets
    through is asked again by `require_allowed` before anything is kept.
    """
    for host in sorted({host_named(node, uri) for uri in uris}):
        if not node.rules.decide_cached(direction, kind, host).allowed:
            verdict = await node.rules.decide(direction, kind, host)
            if not verdict.allowed:
                await refuse(node, direction, host, verdict)


async def refuse(node: Node, direction: Direction, host: str, verdict: Verdict) -> NoReturn:
    """Count the refused contact and raise DomainRefused."""
    await count(node, direction, host, verdict)
    raise DomainRefused(sentence(node, direction, host, verdict), host=host, rule=verdict.rule_id)


async def count(node: Node, direction: Direction, host: str, verdict: Verdict) -> None:
    """Write down that *host* was refused: who, in which direction, by which rule, and nothing of what it was about."""
    _log.info("contact.refused", host=host, direction=direction.value, rule=verdict.rule_id)
    await domains.note_refused(node, host, direction, verdict.rule_id)


def sentence(node: Node, direction: Direction, host: str, verdict: Verdict) -> str:
    """What another server may read about its refusal."""
    rule = verdict.rule
    by = "no rule allows it" if rule is None else f"rule {rule.id} ({rule.pattern}, {rule.effect.value})"
    return f"{node.settings.domain} refuses {direction.value} from {host}: {by}"
