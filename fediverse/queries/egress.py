"""Questions about where posts went: for their authors and the administrators alone, and which receipts are still to be judged.

Whoever else asks hears what is said of a post that does not exist, also who may read the post: where it went is its author's business.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of
from fediverse.errors import NotFound
from fediverse.ids import LARGEST_ID
from fediverse.node import Node
from fediverse.policy.permissions import may_see_egress
from fediverse.queries.paging import page_rows
from fediverse.queries.posts import id_at
from fediverse.queries.views import Page

MOST = 500
CHECKED_FOR = timedelta(days=1)
_OWN_ADDRESS = re.compile(r"/(?:@[^/]+|users/[^/]+/posts)/(\d{1,19})(?:/egress)?/?")


@dataclass(frozen=True, slots=True)
class EgressView:
    """What went to *host*, or did not. *attempts* counts from *first_at* to *last_at*; *status* is the last answer. *rule* let it go or kept it.

    *receipt* is the whole signed receipt, when one came that claims to be one; *receipt_state* is `valid`, `invalid`, `missing`, `unchecked` or "".
    """

    id: int
    kind: str
    type: str
    subject_uri: str
    host: str
    outcome: str
    status: int | None
    rule: str
    reason: str
    attempts: int
    first_at: datetime
    last_at: datetime
    digest: str
    receipt_state: str
    receipt_problem: str
    receipt: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class UncheckedReceipt:
    """A receipt as it came: *text*, in answer to *subject_uri* sent to *host* in bytes of *digest*."""

    id: int
    host: str
    subject_uri: str
    digest: str
    sent_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class _Asked:
    post_id: int
    author_id: int = 0
    uri: str = ""
    created_at: int = 0


async def of_post(node: Node, viewer: int, post_id: int, page: Page | None = None) -> list[EgressView]:
    """Where the post (or boost) of one of our people went, the latest first. Raises NotFound unless *viewer* wrote it or administers the node."""
    asked = await _post(node, post_id)
    role = await node.database.value("SELECT role FROM local_user WHERE account_id = ? AND disabled_at IS NULL", viewer)
    if asked is None or not may_see_egress(str(role or ""), viewer, asked.author_id):
        raise NotFound
    return await _rows(node, asked, page or Page(limit=MOST))


async def of_post_called(node: Node, name: str) -> list[EgressView]:
    """The same for the operator at the command line, by local id, URI or page; also of a post whose row is gone. Raises NotFound."""
    number = await _number_in(node, name.strip())
    asked = None if number is None else await _post(node, number) or _Asked(number)
    if asked is None:
        raise NotFound("there is no such post; name it by its id, its URI or the address of its page")
    found = await _rows(node, asked, Page(limit=LARGEST_ID))
    if not found and not asked.uri:
        raise NotFound("there is no such post; name it by its id, its URI or the address of its page")
    return found


async def unchecked_receipts(node: Node, after_id: int, limit: int) -> list[UncheckedReceipt]:
    """Receipts of the last day that nobody judged yet, the oldest first."""
    rows = await node.database.rows(
        "SELECT id, host, subject_uri, digest, last_at, receipt FROM egress"
        " WHERE receipt_state = 'unchecked' AND id > ? AND last_at >= ? ORDER BY id LIMIT ?",
        after_id, to_ms(node.clock.now() - CHECKED_FOR), limit,
    )  # fmt: skip
    return [
        UncheckedReceipt(
            row["id"], row["host"], row["subject_uri"], row["digest"], from_ms(row["last_at"]), row["receipt"]
        )
        for row in rows
    ]


async def _post(node: Node, post_id: int) -> _Asked | None:
    """A post of our people, deleted or not."""
    row = await node.database.row(
        "SELECT p.id, p.author_id, p.uri, p.created_at FROM post p JOIN account a ON a.id = p.author_id WHERE p.id = ? AND a.host = ''",
        post_id,
    )
    return None if row is None else _Asked(row["id"], row["author_id"], row["uri"], row["created_at"])


async def _number_in(node: Node, name: str) -> int | None:
    own = _OWN_ADDRESS.fullmatch(name.removeprefix(node.settings.origin))
    digits = own[1] if own else name if name.isascii() and name.isdigit() and len(name) < 20 else ""
    number = int(digits) if digits else await id_at(node, name)
    return number if number is not None and number <= LARGEST_ID else None


async def _rows(node: Node, asked: _Asked, page: Page) -> list[EgressView]:
    """Also its end, which is about no post any more, and pictures of its author that were asked for since it was written."""
    select = (
        "SELECT e.* FROM egress e WHERE e.id IN (SELECT id FROM egress WHERE post_id = ?"
        " UNION ALL SELECT id FROM egress WHERE kind = 'delivery' AND subject_uri IN (?, ?)"
        " UNION ALL SELECT id FROM egress WHERE account_id = ? AND kind = 'avatar' AND last_at >= ?)"
    )
    values: list[object] = [
        asked.post_id, f"{asked.uri}#delete", f"{asked.uri}#undo", asked.author_id, asked.created_at,
    ]  # fmt: skip
    return [_view(row) for row in await page_rows(node, select, values, page, key="e.id")]


def _view(row: Row) -> EgressView:
    readable = row["receipt"] if row["receipt_state"] in {"valid", "invalid"} else ""
    return EgressView(
        id=row["id"],
        kind=row["kind"],
        type=row["type"],
        subject_uri=row["subject_uri"],
        host=row["host"],
        outcome=row["outcome"],
        status=row["status"],
        rule=row["rule"],
        reason=row["reason"],
        attempts=row["attempts"],
        first_at=from_ms(row["first_at"]),
        last_at=from_ms(row["last_at"]),
        digest=row["digest"],
        receipt_state=row["receipt_state"],
        receipt_problem=row["receipt_problem"],
        receipt=json_of(readable) if readable else None,
    )
