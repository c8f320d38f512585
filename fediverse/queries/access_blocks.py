"""Who may not come in: addresses of the network, domains of e-mail, single addresses of e-mail. Asked by administrators, before an account is made,
and by the gate in front of every request.
"""

from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.emails import domains_above, email_hash
from fediverse.queries.paging import page_rows
from fediverse.queries.views import Page

Network = IPv4Network | IPv6Network
NO_ACCESS = "no_access"
CACHED = "networks"


@dataclass(frozen=True, slots=True)
class IpBlockView:
    id: int
    network: str
    severity: str
    comment: str
    expires_at: datetime | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EmailDomainBlockView:
    id: int
    domain: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class EmailBlockView:
    id: int
    email_hash: str


async def ip_blocks(node: Node, page: Page) -> list[IpBlockView]:
    rows = await page_rows(node, "SELECT b.* FROM ip_block b WHERE 1 = 1", [], page, key="b.id")
    return [_ip_block(row) for row in rows]


async def ip_block(node: Node, block_id: int) -> IpBlockView:
    return _ip_block(await _one(node, "ip_block", block_id))


async def email_domain_blocks(node: Node, page: Page) -> list[EmailDomainBlockView]:
    rows = await page_rows(node, "SELECT b.* FROM email_domain_block b WHERE 1 = 1", [], page, key="b.id")
    return [_email_domain_block(row) for row in rows]


async def email_domain_block(node: Node, block_id: int) -> EmailDomainBlockView:
    return _email_domain_block(await _one(node, "email_domain_block", block_id))


async def email_blocks(node: Node, page: Page) -> list[EmailBlockView]:
    rows = await page_rows(node, "SELECT b.* FROM email_block b WHERE 1 = 1", [], page, key="b.id")
    return [EmailBlockView(row["id"], row["email_hash"]) for row in rows]


async def email_block(node: Node, block_id: int) -> EmailBlockView:
    row = await _one(node, "email_block", block_id)
    return EmailBlockView(row["id"], row["email_hash"])


async def email_blocks_of(node: Node, address: str) -> list[EmailBlockView]:
    """The blocks that an e-mail address meets, however it is written."""
    rows = await node.database.rows("SELECT * FROM email_block WHERE email_hash = ?", email_hash(address))
    return [EmailBlockView(row["id"], row["email_hash"]) for row in rows]


async def is_email_refused(node: Node, address: str) -> bool:
    """Whether nobody may have an account with this e-mail address."""
    domains = list(domains_above(address.rpartition("@")[2]))[:16]
    by_domain = await node.database.value(
        f"SELECT 1 FROM email_domain_block WHERE domain IN ({marks(domains)})", *domains
    )
    return by_domain is not None or bool(await email_blocks_of(node, address))


async def shut_out(node: Node) -> tuple[Network, ...]:
    """Networks from which no request is answered at this moment. Remembered for a few seconds, since every request asks."""
    kept = node.caches.shut_out.get(CACHED)
    if kept is not None:
        return kept
    rows = await node.database.rows(
        "SELECT network FROM ip_block WHERE severity = ? AND (expires_at IS NULL OR expires_at > ?)",
        NO_ACCESS,
        to_ms(node.clock.now()),
    )
    networks = tuple(ip_network(row["network"]) for row in rows)
    node.caches.shut_out.put(CACHED, networks)
    return networks


async def _one(node: Node, table: str, block_id: int) -> Row:
    row = await node.database.row(f"SELECT * FROM {table} WHERE id = ?", block_id)
    if row is None:
        raise NotFound
    return row


def _ip_block(row: Row) -> IpBlockView:
    expires_at = row["expires_at"]
    return IpBlockView(
        row["id"],
        row["network"],
        row["severity"],
        row["comment"],
        None if expires_at is None else from_ms(expires_at),
        from_ms(row["created_at"]),
    )


def _email_domain_block(row: Row) -> EmailDomainBlockView:
    return EmailDomainBlockView(row["id"], row["domain"], from_ms(row["created_at"]))
