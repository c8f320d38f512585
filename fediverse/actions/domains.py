"""The allowlist: rules added, removed, drafted, imported; refused contacts counted; what a removed domain leaves behind.

Each change raises the rules' version in the same transaction, so that every process decides by them from its next request on. Removing a domain
stops all traffic at once and deletes nothing: its people and posts stay, held for a day, then marked as frozen; `purge` is a separate act. Whoever here
has ties with a domain is told when it is frozen, or denied.
"""

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson

from fediverse import events
from fediverse.actions import conversations, severing
from fediverse.actions.gate import count_refused
from fediverse.clock import to_ms
from fediverse.database.database import json_text, marks
from fediverse.errors import Conflict, Invalid, Malformed, NotFound
from fediverse.node import Node
from fediverse.policy.domains import (
    BETWEEN_NODES,
    WILDCARD,
    Direction,
    Effect,
    Reach,
    Rule,
    RuleSet,
    Verdict,
    decide,
    matches,
    parse_pattern,
)
from fediverse.policy.hosts import canonical_host
from fediverse.policy.rulebook import VERSION_KEY, rule_of
from fediverse.queries import domains
from fediverse.queue import outbox

HELD_BEFORE_FROZEN = timedelta(hours=24)
_CSV_COLUMN = "#domain"
_BOTH_WAYS = (Direction.IN_POST, Direction.OUT_DELIVER)


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule as an administrator writes it; the fields are those of `policy.domains.Rule`."""

    pattern: str
    effect: Effect
    subdomains: bool = False
    directions: tuple[Direction, ...] = ()
    addresses: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    ca_pem: str = ""
    reach: Reach = Reach.NETWORK
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    reason: str = ""
    draft: bool = False


async def add_rule(node: Node, rule: NewRule, by: str) -> str:
    """The rule's id. With *subdomains* a second rule for `*.pattern` is added. A rule for the same pattern, effect and directions is replaced.

    Raises Invalid with what is wrong.
    """
    pattern = parse_pattern(rule.pattern)
    _own_domain_is_not_a_peer(node, pattern)
    patterns = [pattern, f"*.{pattern}"] if rule.subdomains and not pattern.startswith("*.") else [pattern]
    cut_off = await _cut_off_by(node, rule, patterns)
    async with node.database.transaction():
        number, *_below = [await _insert(node, replace(rule, pattern=one), by) for one in patterns]
        await rules_changed(node)
        if not rule.draft:
            await _take_effect(node, replace(rule, pattern=pattern), cut_off)
    return str(number)


async def _take_effect(node: Node, rule: NewRule | Rule, cut_off: list[str]) -> None:
    """What follows from a rule that is in force from now on."""
    if rule.effect is Effect.ALLOW:
        await _welcome_back(node, rule.pattern)
    for host in cut_off:
        await severing.tell_of_domain(node, host)


async def _cut_off_by(node: Node, rule: NewRule | Rule, patterns: list[str]) -> list[str]:
    """Hosts with which nothing is exchanged any more, for good, once *rule* denies *patterns*. Asked before the rules change."""
    if rule.effect is not Effect.DENY or rule.valid_to is not None:
        return []
    denials = [Rule(pattern, pattern, Effect.DENY, frozenset(rule.directions), rule.valid_from) for pattern in patterns]
    after = RuleSet([*(await node.rules.current()).rules, *denials])
    now = node.clock.now()
    return [
        host
        for pattern in patterns
        for host in await _hosts_of(node, pattern)
        if all(decide(way, "denial", host, now, after).effect is Effect.DENY for way in _BOTH_WAYS)
    ]


def _own_domain_is_not_a_peer(node: Node, pattern: str) -> None:
    if pattern in {node.settings.domain, node.settings.host}:
        raise Invalid(f"{pattern} is this node's own domain; write another node's")


async def _insert(node: Node, rule: NewRule, by: str) -> int:
    directions = sorted(rule.directions)
    number = node.ids.next()
    row = {
        "id": number, "pattern": rule.pattern, "effect": rule.effect.value, "directions": json_text([one.value for one in directions]),
        "addresses": json_text(list(rule.addresses)), "ports": json_text(sorted(set(rule.ports))), "ca_pem": rule.ca_pem,
        "reach": rule.reach.value, "valid_from": _ms(rule.valid_from), "valid_to": _ms(rule.valid_to), "reason": rule.reason, "author": by,
        "draft": rule.draft, "created_at": to_ms(node.clock.now()),
    }  # fmt: skip
    if not set(BETWEEN_NODES).issuperset(directions):
        raise Invalid("What is pushed goes to push services alone: fediverse push add HOST")
    if rule.effect is Effect.ALLOW and rule.pattern in (await node.rules.current()).push_services:
        raise Invalid(f"{rule.pattern} is a push service; a node must be a host of its own")
    try:
        rule_of(row)
    except ValueError as problem:
        raise Invalid(f"{rule.pattern}: {problem}") from problem
    await node.database.execute(
        "UPDATE domain_rule SET removed_at = ? WHERE removed_at IS NULL AND pattern = ? AND effect = ? AND draft = ? AND CAST(directions AS VARCHAR) = ?",
        to_ms(node.clock.now()), rule.pattern, rule.effect.value, rule.draft, row["directions"],
    )  # fmt: skip
    await node.database.insert("domain_rule", row)
    await events.record(node, events.DomainRuleAdded(0, str(number), rule.pattern, rule.effect.value, rule.draft, by))
    return number


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


async def rules_changed(node: Node) -> None:
    """Raise the version, so that nobody decides by the old rules."""
    await node.database.execute(
        "INSERT INTO node_state (key, value) VALUES (?, '1')"
        " ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(node_state.value AS BIGINT) + 1 AS VARCHAR)",
        VERSION_KEY,
    )
    node.database.after_commit(node.wakeups.delivery.set)


async def remove(node: Node, pattern: str, by: str, only: Effect | None = None) -> domains.RemovalEffect:
    """Take every rule of *pattern* away, or those with the effect *only*; what that cut. Nothing is deleted: deliveries wait, people stay known.

    Raises NotFound.
    """
    canonical = parse_pattern(pattern)
    effect = await domains.effect_of_removing(node, canonical)
    cut = await _hosts_that_need(node, canonical)
    of_effect = "" if only is None else " AND effect = ?"
    async with node.database.transaction():
        now = to_ms(node.clock.now())
        rows = await node.database.rows(
            f"UPDATE domain_rule SET removed_at = ? WHERE pattern = ? AND removed_at IS NULL{of_effect} RETURNING id, effect",
            now,
            canonical,
            *([] if only is None else [only.value]),
        )
        if not rows:
            raise NotFound(f"there is no rule for {canonical}; `fediverse domain list` shows them")
        for row in rows:
            await events.record(node, events.DomainRuleRemoved(0, str(row["id"]), canonical, by))
        if any(row["effect"] == Effect.ALLOW for row in rows):
            await node.database.execute_many(
                "INSERT INTO peer (host, dialect, instance_actor_uri, software, removed_at) VALUES (?, '', '', '', ?)"
                " ON CONFLICT (host) DO UPDATE SET removed_at = EXCLUDED.removed_at, frozen_at = NULL",
                [(host, now) for host in cut],
            )
        elif any(row["effect"] == Effect.DENY for row in rows):  # should it be denied again, people are told again
            for host in await _hosts_of(node, canonical):
                await node.database.execute("UPDATE peer SET severed_at = NULL WHERE host = ?", host)
        await rules_changed(node)
    return effect


async def _hosts_that_need(node: Node, pattern: str) -> list[str]:
    """Hosts that nothing else would allow if the rules of *pattern* were gone."""
    standing = await node.rules.current()
    others = RuleSet(rule for rule in standing.rules if rule.pattern != pattern)
    now = node.clock.now()
    return [
        host
        for host in await _hosts_of(node, pattern)
        if not decide(Direction.OUT_DELIVER, "removal", host, now, others).allowed
    ]


async def _hosts_of(node: Node, pattern: str) -> list[str]:
    """The host that *pattern* names; of `*.suffix` those that this node ever had to do with."""
    if not pattern.startswith(WILDCARD):
        return [pattern]
    rows = await node.database.rows(
        "SELECT host FROM peer UNION SELECT host FROM lane UNION SELECT host FROM account WHERE host <> ''"
    )
    return [row["host"] for row in rows if matches(pattern, row["host"])]


async def _welcome_back(node: Node, pattern: str) -> None:
    now = to_ms(node.clock.now())
    for host in await _hosts_of(node, pattern):
        await node.database.execute(
            "UPDATE peer SET removed_at = NULL, frozen_at = NULL, severed_at = NULL WHERE host = ?", host
        )
        await node.database.execute(
            "UPDATE lane SET due_at = ?, failures = 0, failing_since = NULL WHERE host = ?", now, host
        )
        await node.database.execute(
            "UPDATE delivery SET state = 'waiting', problem = '' WHERE host = ? AND state = 'refused'", host
        )


async def lift(node: Node, pattern: str, by: str) -> None:
    """End a hold: what waited goes out now, if another rule allows it. Raises NotFound when nothing holds *pattern*."""
    canonical = parse_pattern(pattern)
    async with node.database.transaction():
        rows = await node.database.rows(
            "UPDATE domain_rule SET removed_at = ? WHERE pattern = ? AND effect = 'hold' AND removed_at IS NULL AND NOT draft RETURNING id",
            to_ms(node.clock.now()), canonical,
        )  # fmt: skip
        if not rows:
            raise NotFound(f"nothing holds {canonical}; `fediverse domain list` shows the rules")
        for row in rows:
            await events.record(node, events.DomainRuleRemoved(0, str(row["id"]), canonical, by))
        await rules_changed(node)
        await _welcome_back(node, canonical)


async def freeze_removed(node: Node) -> int:
    """A day after its removal a domain is frozen: what waited for it is set aside, and people are told what they lost. Answers how many domains; run by the clock."""
    due = to_ms(node.clock.now() - HELD_BEFORE_FROZEN)
    async with node.database.transaction():
        rows = await node.database.rows(
            "UPDATE peer SET frozen_at = ? WHERE removed_at IS NOT NULL AND removed_at <= ? AND frozen_at IS NULL RETURNING host",
            to_ms(node.clock.now()), due,
        )  # fmt: skip
        for row in rows:
            await outbox.park(node, row["host"], "the domain was removed from the allowlist")
            await severing.tell_of_domain(node, row["host"])
    return len(rows)


async def purge(node: Node, host: str, by: str) -> tuple[int, int]:
    """Delete what we know of a removed domain's people and posts; (accounts, posts). Raises Conflict while the domain is allowed."""
    canonical = canonical_host(host)
    verdict = await node.rules.decide(Direction.OUT_DELIVER, "purge", canonical)
    if verdict.allowed:
        raise Conflict(f"{canonical} is still allowed; remove it first: fediverse domain remove {canonical}")
    async with node.database.transaction():
        posts = int(
            await node.database.value(
                "SELECT count(*) FROM post p JOIN account a ON a.id = p.author_id WHERE a.host = ?", canonical
            )
        )
        accounts = int(await node.database.value("SELECT count(*) FROM account WHERE host = ?", canonical))
        ids = "SELECT id FROM account WHERE host = ?"
        their_posts = f"SELECT id FROM post WHERE author_id IN ({ids})"
        for table, column in (("home_entry", "post_id"), ("notification", "post_id")):
            await node.database.execute(f"DELETE FROM {table} WHERE {column} IN ({their_posts})", canonical)
        await node.database.execute(f"DELETE FROM notification WHERE from_account_id IN ({ids})", canonical)
        await node.database.execute(f"DELETE FROM post WHERE boost_of_id IN ({their_posts})", canonical)
        await node.database.execute("DELETE FROM account WHERE host = ?", canonical)
        await conversations.mend(node)
        await outbox.drop(node, canonical)
        await events.record(node, events.DomainPurged(0, canonical, accounts, posts, by))
    node.caches.public_keys.clear()
    return accounts, posts


async def publish_draft(node: Node, rule_id: str, by: str) -> None:
    """Let a draft take effect."""
    rule = await _draft(node, rule_id)
    cut_off = await _cut_off_by(node, rule, [rule.pattern])
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE domain_rule SET draft = ?, author = ? WHERE id = ?", False, by, int(rule.id)
        )
        await events.record(
            node, events.DomainRuleAdded(0, rule.id, rule.pattern, rule.effect.value, draft=False, by=by)
        )
        await rules_changed(node)
        await _take_effect(node, rule, cut_off)


async def discard_draft(node: Node, rule_id: str, by: str) -> None:
    rule = await _draft(node, rule_id)
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE domain_rule SET removed_at = ? WHERE id = ?", to_ms(node.clock.now()), int(rule.id)
        )
        await events.record(node, events.DomainRuleRemoved(0, rule.id, rule.pattern, by))
        await rules_changed(node)


async def _draft(node: Node, rule_id: str) -> Rule:
    rule = await domains.rule(node, rule_id)
    if not rule.draft:
        raise Conflict(f"rule {rule_id} is in force already")
    return rule


async def import_rules(node: Node, text: str, form: str, by: str) -> list[Rule]:
    """Read Mastodon's CSV of allowed domains (`csv`) or our JSON (`json`) into drafts, which have no effect until they are published.

    What is in force already is left out. A file without a single rule is refused: an empty list must never be taken for a wish.
    """
    wanted = _from_csv(text) if form == "csv" else _from_json(text)
    if not wanted:
        raise Invalid("The file holds no rule; nothing was changed")
    standing = {(rule.pattern, rule.effect) for rule in [*await domains.rules(node), *await domains.drafts(node)]}
    numbers: list[int] = []
    async with node.database.transaction():
        for rule in wanted:
            pattern = parse_pattern(rule.pattern)
            _own_domain_is_not_a_peer(node, pattern)
            if (pattern, rule.effect) not in standing:
                numbers.append(await _insert(node, replace(rule, pattern=pattern, draft=True), by))
        await rules_changed(node)
    if not numbers:
        return []
    rows = await node.database.rows(f"SELECT * FROM domain_rule WHERE id IN ({marks(numbers)}) ORDER BY id", *numbers)
    return [rule_of(row) for row in rows]


def _from_csv(text: str) -> list[NewRule]:
    """One column `#domain`, as Mastodon exports its allows; a file of blocks (`#severity`) becomes rules that deny."""
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
    if reader.fieldnames is None or _CSV_COLUMN not in reader.fieldnames:
        raise Malformed(f"The CSV file needs a header line with the column {_CSV_COLUMN}")
    effect = Effect.DENY if "#severity" in reader.fieldnames else Effect.ALLOW
    rows = [
        (row[_CSV_COLUMN].strip(), (row.get("#public_comment") or "").strip())
        for row in reader
        if (row[_CSV_COLUMN] or "").strip()
    ]
    return [NewRule(pattern=pattern, effect=effect, reason=comment) for pattern, comment in rows]


def _from_json(text: str) -> list[NewRule]:
    try:
        document = orjson.loads(text)
        return [_rule_from_json(item) for item in document["rules"]]
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as problem:
        raise Malformed(
            'The JSON file needs {"rules": [{"pattern": …, "effect": "allow"}, …]}, as `fediverse domain export` writes it'
        ) from problem


def _rule_from_json(item: dict[str, object]) -> NewRule:
    def texts(name: str) -> tuple[str, ...]:
        value = item.get(name, [])
        if not isinstance(value, list):
            raise TypeError(name)
        return tuple(str(one) for one in value)

    def moment(name: str) -> datetime | None:
        value = item.get(name)
        return None if value is None else datetime.fromisoformat(str(value))

    return NewRule(
        pattern=str(item["pattern"]),
        effect=Effect(str(item["effect"])),
        directions=tuple(Direction(name) for name in texts("directions")),
        addresses=texts("addresses"),
        ports=tuple(int(port) for port in texts("ports")),
        ca_pem=str(item.get("ca_pem", "")),
        reach=Reach(str(item.get("reach", Reach.NETWORK))),
        valid_from=moment("valid_from"),
        valid_to=moment("valid_to"),
        reason=str(item.get("reason", "")),
    )


async def export_rules(node: Node, form: str) -> str:
    """The rules in force as our JSON, or the allowed domains as Mastodon's CSV."""
    standing = await domains.rules(node)
    if form == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([_CSV_COLUMN])
        writer.writerows([rule.pattern] for rule in standing if rule.effect is Effect.ALLOW)
        return out.getvalue()
    return (
        orjson.dumps({"rules": [_rule_as_json(rule) for rule in standing]}, option=orjson.OPT_INDENT_2).decode() + "\n"
    )


def _rule_as_json(rule: Rule) -> dict[str, object]:
    full: dict[str, object] = {
        "pattern": rule.pattern,
        "effect": rule.effect.value,
        "directions": sorted(direction.value for direction in rule.directions),
        "addresses": [str(network) for network in rule.addresses],
        "ports": list(rule.ports),
        "ca_pem": rule.ca_pem,
        "reach": rule.reach.value,
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "reason": rule.reason,
    }
    return {name: value for name, value in full.items() if value not in (None, "", [])}


async def check(node: Node, host: str) -> dict[Direction, Verdict]:
    """What the rules say of *host* in each direction, with the rule that said it."""
    canonical = canonical_host(host)
    return {direction: await node.rules.decide(direction, "check", canonical) for direction in BETWEEN_NODES}


async def note_refused(node: Node, host: str, direction: Direction, rule: str | None) -> None:
    """Count a refused contact: who, in which direction, by which rule; never what."""
    await count_refused(node.database, node.clock, host, direction, rule)
