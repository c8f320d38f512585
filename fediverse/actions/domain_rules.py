"""Allow and block domains as an administrator's client does: the verbs of the command line (`domains`) in the words of the API.

The choice: whatever severity a client names, a blocked domain is denied in every direction, below it too. In a closed network there is nothing between
spoken with and not; a client that asks for less gets what is safe, and its words are kept to be shown again.
"""

from collections.abc import Mapping

from fediverse.actions import domains
from fediverse.actions.domains import NewRule
from fediverse.actions.staff import require_administrator
from fediverse.database.database import json_text
from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.policy.domains import WILDCARD, Effect, parse_pattern
from fediverse.queries import accounts
from fediverse.queries.domain_rules import DomainRuleView, domain_rule, domain_rule_for

MAX_WORD_CHARACTERS = 2000


async def allow(node: Node, administrator_id: int, domain: str) -> int:
    """The id of the rule; that of the rule that stands, with all that it pins, where the domain is allowed already."""
    await require_administrator(node, administrator_id)
    standing = await domain_rule_for(node, Effect.ALLOW, parse_pattern(domain.strip()))
    if standing is not None:
        return standing.id
    return int(await domains.add_rule(node, NewRule(domain.strip(), Effect.ALLOW), await _name(node, administrator_id)))


async def disallow(node: Node, administrator_id: int, rule_id: int) -> None:
    """Stops all traffic at once, and deletes nothing."""
    await require_administrator(node, administrator_id)
    await _remove(node, administrator_id, await domain_rule(node, Effect.ALLOW, rule_id), Effect.ALLOW)


async def block(node: Node, administrator_id: int, domain: str, words: Mapping[str, str]) -> int:
    """The id of the rule that denies the domain. Raises Invalid for one that is blocked already."""
    await require_administrator(node, administrator_id)
    pattern = parse_pattern(domain.strip())
    if await domain_rule_for(node, Effect.DENY, pattern) is not None:
        raise Invalid("Validation failed: Domain is blocked already")
    reason = words.get("private_comment") or words.get("public_comment") or ""
    async with node.database.transaction():
        rule = NewRule(pattern, Effect.DENY, subdomains=True, reason=reason[:MAX_WORD_CHARACTERS])
        number = int(await domains.add_rule(node, rule, await _name(node, administrator_id)))
        await _say(node, number, words)
    return number


async def reword(node: Node, administrator_id: int, rule_id: int, words: Mapping[str, str]) -> None:
    """Other words for a block that stands; those that are not named stay. It denies as before."""
    await require_administrator(node, administrator_id)
    standing = await domain_rule(node, Effect.DENY, rule_id)
    await _say(node, standing.id, {**standing.words, **words})


async def unblock(node: Node, administrator_id: int, rule_id: int) -> None:
    """The domain is denied no more; it is spoken with if another rule allows it."""
    await require_administrator(node, administrator_id)
    await _remove(node, administrator_id, await domain_rule(node, Effect.DENY, rule_id), Effect.DENY)


async def _remove(node: Node, administrator_id: int, rule: DomainRuleView, effect: Effect) -> None:
    """The rule, and the one beside it for all names below."""
    name = await _name(node, administrator_id)
    below = f"{WILDCARD}{rule.domain}"
    async with node.database.transaction():
        await domains.remove(node, rule.domain, name, only=effect)
        if not rule.domain.startswith(WILDCARD) and await domain_rule_for(node, effect, below) is not None:
            await domains.remove(node, below, name, only=effect)


async def _say(node: Node, rule_id: int, words: Mapping[str, str]) -> None:
    kept = {name: text[:MAX_WORD_CHARACTERS] for name, text in words.items()}
    await node.database.execute("UPDATE domain_rule SET words = ? WHERE id = ?", json_text(kept), rule_id)


async def _name(node: Node, account_id: int) -> str:
    return (await accounts.account(node, None, account_id)).username
