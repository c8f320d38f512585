"""Keep addresses of the network and of e-mail out. Administrators alone; whoever changes a block cannot shut the door on themselves.

`no_access` is asked before every request (`mastodon/address_blocks.py`); e-mail blocks before an account is made (`actions/accounts.register`). The
severities that speak of signing up are kept for clients, and mean nothing as long as nobody signs up by themselves.
"""

import re
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from fediverse import events
from fediverse.actions.staff import require_administrator
from fediverse.clock import to_ms
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.policy.emails import email_hash
from fediverse.policy.hosts import canonical_host
from fediverse.queries.access_blocks import NO_ACCESS, Network, ip_block

SEVERITIES = ("sign_up_requires_approval", "sign_up_block", NO_ACCESS)
MAX_COMMENT_CHARACTERS = 2000
_LONGEST_S = 10 * 365 * 24 * 3600
_HASH = re.compile(r"[0-9a-f]{64}")


async def add_ip_block(
    node: Node, by_id: int, network: str, severity: str, comment: str = "", expires_in_s: int = 0, *, from_address: str
) -> int:
    """The block's id. *from_address* is where the administrator sits. Raises Invalid for what is no network, and for one with the administrator in it."""
    await require_administrator(node, by_id)
    parsed = _network(network)
    _check_severity(severity)
    _stays_outside(parsed, severity, from_address)
    number = node.ids.next()
    async with node.database.transaction():
        written = await node.database.insert(
            "ip_block",
            {
                "id": number, "network": str(parsed), "severity": severity, "comment": comment[:MAX_COMMENT_CHARACTERS],
                "expires_at": _expiry(node, expires_in_s), "created_at": to_ms(node.clock.now()),
            },
            if_absent="network",
        )  # fmt: skip
        if not written:
            raise Invalid("Validation failed: IP has already been taken")
        await _changed(node, by_id, "ip", number, "added")
    return number


async def change_ip_block(
    node: Node,
    by_id: int,
    block_id: int,
    *,
    network: str | None = None,
    severity: str | None = None,
    comment: str | None = None,
    expires_in_s: int | None = None,
    from_address: str,
) -> None:
    """None leaves a value as it is; *expires_in_s* of 0 makes the block one without an end."""
    await require_administrator(node, by_id)
    before = await ip_block(node, block_id)
    parsed = _network(network if network is not None else before.network)
    wanted = severity if severity is not None else before.severity
    _check_severity(wanted)
    _stays_outside(parsed, wanted, from_address)
    expires_at = _ms(before.expires_at) if expires_in_s is None else _expiry(node, expires_in_s)
    async with node.database.transaction():
        taken = await node.database.value("SELECT 1 FROM ip_block WHERE network = ? AND id <> ?", str(parsed), block_id)
        if taken is not None:
            raise Invalid("Validation failed: IP has already been taken")
        await node.database.execute(
            "UPDATE ip_block SET network = ?, severity = ?, comment = ?, expires_at = ? WHERE id = ?",
            str(parsed), wanted, (before.comment if comment is None else comment)[:MAX_COMMENT_CHARACTERS], expires_at, block_id,
        )  # fmt: skip
        await _changed(node, by_id, "ip", block_id, "changed")


async def remove_ip_block(node: Node, by_id: int, block_id: int) -> None:
    await _remove(node, by_id, "ip", "ip_block", block_id)


async def add_email_domain_block(node: Node, by_id: int, domain: str) -> int:
    """Nobody gets an account with an e-mail address at *domain* or below it."""
    await require_administrator(node, by_id)
    try:
        host = canonical_host(domain.strip().removeprefix("@"))
    except Invalid as problem:
        raise Invalid("Validation failed: Domain is not a valid domain name") from problem
    return await _add(node, by_id, "email_domain", "email_domain_block", "domain", host)


async def remove_email_domain_block(node: Node, by_id: int, block_id: int) -> None:
    await _remove(node, by_id, "email_domain", "email_domain_block", block_id)


async def add_email_block(node: Node, by_id: int, email: str = "", hashed: str = "") -> int:
    """Nobody gets an account with this e-mail address, however it is written. The address itself is not kept; *hashed* is its hash, where it is known already."""
    await require_administrator(node, by_id)
    digest = email_hash(email) if email else hashed.strip().lower()
    if (email and "@" not in email) or not _HASH.fullmatch(digest):
        raise Invalid("Validation failed: Canonical email hash can't be blank")
    return await _add(node, by_id, "email", "email_block", "email_hash", digest)


async def remove_email_block(node: Node, by_id: int, block_id: int) -> None:
    await _remove(node, by_id, "email", "email_block", block_id)


def _network(text: str) -> Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError as problem:
        raise Invalid("Validation failed: IP is not a valid IP address") from problem


def _check_severity(severity: str) -> None:
    if severity not in SEVERITIES:
        raise Invalid(f"Validation failed: Severity is one of {', '.join(SEVERITIES)}")


def _stays_outside(network: Network, severity: str, from_address: str) -> None:
    if severity != NO_ACCESS:
        return
    try:
        mine = ip_address(from_address.partition("%")[0])
    except ValueError:
        return  # a local socket, which no network block reaches
    if mine.version == network.version and mine in network:
        raise Invalid("Validation failed: IP holds the address that you come from; you would shut yourself out")


def _expiry(node: Node, seconds: int) -> int | None:
    return to_ms(node.clock.now() + timedelta(seconds=min(seconds, _LONGEST_S))) if seconds > 0 else None


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)


async def _add(node: Node, by_id: int, kind: str, table: str, column: str, value: str) -> int:
    number = node.ids.next()
    async with node.database.transaction():
        written = await node.database.insert(
            table, {"id": number, column: value, "created_at": to_ms(node.clock.now())}, if_absent=column
        )
        if not written:
            raise Invalid("Validation failed: This is blocked already")
        await _changed(node, by_id, kind, number, "added")
    return number


async def _remove(node: Node, by_id: int, kind: str, table: str, block_id: int) -> None:
    await require_administrator(node, by_id)
    async with node.database.transaction():
        if not await node.database.rows(f"DELETE FROM {table} WHERE id = ? RETURNING id", block_id):
            raise NotFound
        await _changed(node, by_id, kind, block_id, "removed")


async def _changed(node: Node, by_id: int, kind: str, block_id: int, what: str) -> None:
    await events.record(node, events.AccessBlockChanged(by_id, kind, block_id, what))
    node.database.after_commit(node.caches.shut_out.clear)
