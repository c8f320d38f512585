"""Telling people of this node that something happened: who is told, and what is put aside for a person to look at later.

Called by every verb that concerns somebody else, inside its transaction. One statement tells many: blocks, mutes, muted threads, hidden domains and the
person's policy (`policy/notifications`) are asked inside it, so that a batch of incoming activities needs no question for each. Asks no permission and
records no event. What goes to devices is written down here and sent by `workers/push`.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import Enum
from functools import cache

from fediverse.clock import to_ms
from fediverse.database.batch import write_at_once
from fediverse.database.database import Dialect
from fediverse.node import Node
from fediverse.policy.notifications import HEARD, OUTCOME
from fediverse.streams import Signal, tell

ABOUT_ONESELF = frozenset({"poll", "severed_relationships", "moderation_warning"})
"""Kinds that a person is told of although nobody else did something."""

GROUPED_FOR = timedelta(hours=12)
_GROUPED_BY_POST = frozenset({"favourite", "reblog"})
_GROUPED_BY_KIND = frozenset({"follow", "admin.sign_up"})


class _Sort(Enum):
    """Kinds by what is asked before somebody is told: nothing at all, whether the person wants to hear of the sender, and the person's policy as well."""

    DUTY = ("admin.sign_up", "admin.report", "severed_relationships", "moderation_warning")
    PLAIN = ("status", "poll", "update", "quoted_update")
    FILTERED = ("mention", "reblog", "favourite", "follow", "follow_request", "quote")


_SORTS = {kind: sort for sort in _Sort for kind in sort.value}
_HAPPENED = {
    "kind": "VARCHAR",
    "from_id": "BIGINT",
    "post_id": "BIGINT",
    "group_key": "VARCHAR",
    "now": "BIGINT",
    "request_id": "BIGINT",
    "to_id": "BIGINT",
}
_POSTED = {"post_id": "BIGINT", "now": "BIGINT", "from_id": "BIGINT"}


async def notify(node: Node, kind: str, account_ids: Sequence[int], from_account_id: int, post_id: int = 0) -> None:
    """Tell these people, once: those who sign in here and want to hear of it. *post_id* is the post's, or the id of what the kind tells of."""
    told = [number for number in dict.fromkeys(account_ids) if number != from_account_id or kind in ABOUT_ONESELF]
    if not told:
        return
    now = to_ms(node.clock.now())
    sort, group = _SORTS[kind], _group_key(kind, post_id, now)
    statements = _statements(node.database.dialect, sort)
    rows = [(kind, from_account_id, post_id, group, now, node.ids.next(), one) for one in told]
    for statement in statements:
        await write_at_once(node, statement, *rows)
    _wake(node)
    tell(node, Signal("notification", accounts=tuple(told)))


async def notify_followers(node: Node, author_id: int, post_id: int) -> None:
    """Tell those who asked to hear of each post of the author."""
    row = (post_id, to_ms(node.clock.now()), author_id)
    statements = _statements_of_posts(node.database.dialect)
    is_first = node.batch is None or not node.batch.holds(statements[0])
    for statement in statements:
        await write_at_once(node, statement, row)
    if is_first:  # whoever streams looks for everything that is new, after the commit: once for a batch is enough
        _wake(node)
        tell(node, Signal("notification"))


def _wake(node: Node) -> None:
    """Whoever pushes to devices looks for something to do."""
    if node.database.in_transaction:
        node.database.after_commit(node.wakeups.push.set)
    else:
        node.wakeups.push.set()


def _group_key(kind: str, post_id: int, now_ms: int) -> str:
    """Notifications with one key are shown as one: likes and boosts of a post, and follows, of half a day."""
    bucket = now_ms // int(GROUPED_FOR.total_seconds() * 1000)
    if kind in _GROUPED_BY_POST:
        return f"{kind}-{post_id}-{bucket}"
    return f"{kind}-{bucket}" if kind in _GROUPED_BY_KIND else ""


@cache
def _statements(dialect: Dialect, sort: _Sort) -> tuple[str, ...]:
    """In this order: who is told, who waits to be let in, which devices hear of it. The sort's kinds stand in each, so that no statement of another sort
    that a batch holds already takes its rows along too early.
    """
    rows = _rows(dialect, _HAPPENED)
    kinds = ", ".join(f"'{kind}'" for kind in sort.value)
    written = (
        f"({rows}) n JOIN notification t ON t.account_id = n.to_id AND t.kind = n.kind AND t.from_account_id = n.from_id"
        f" AND t.post_id = n.post_id AND t.created_at = n.now AND t.kind IN ({kinds})"
    )
    telling = _telling(sort, rows)
    devices = _TO_DEVICES.format(written=written)
    return (telling, _REQUEST.format(written=written), devices) if sort is _Sort.FILTERED else (telling, devices)


@cache
def _statements_of_posts(dialect: Dialect) -> tuple[str, ...]:
    rows = _rows(dialect, _POSTED)
    followers = (
        "SELECT 'status' AS kind, f.target_id AS from_id, r.post_id, '' AS group_key, r.now, f.follower_id AS to_id"
        f" FROM ({rows}) r JOIN follow f ON f.target_id = r.from_id WHERE f.state = 'accepted' AND f.notify"
    )
    written = f"({rows}) n JOIN notification t ON t.post_id = n.post_id AND t.kind = 'status' AND t.from_account_id = n.from_id AND t.created_at = n.now"
    return _telling(_Sort.PLAIN, followers), _TO_DEVICES.format(written=written)


def _rows(dialect: Dialect, columns: Mapping[str, str]) -> str:
    """The rows of the statement's JSON value as a table with these columns."""
    if dialect == "sqlite":
        read = (f"json_extract(j.value, '$[{place}]') AS {name}" for place, name in enumerate(columns))
        return f"SELECT {', '.join(read)} FROM json_each(?) j"
    read = (f"CAST(j.value ->> {place} AS {kind}) AS {name}" for place, (name, kind) in enumerate(columns.items()))
    return f"SELECT {', '.join(read)} FROM jsonb_array_elements(CAST(? AS JSONB)) j"


def _telling(sort: _Sort, happened: str) -> str:
    heard = "1 = 1" if sort is _Sort.DUTY else f"u.disabled_at IS NULL AND {HEARD}"
    outcome = OUTCOME if sort is _Sort.FILTERED else "'accept'"
    return (
        "INSERT INTO notification (account_id, kind, from_account_id, post_id, group_key, filtered, created_at)"
        " SELECT told.to_id, told.kind, told.from_id, told.post_id, told.group_key, told.outcome = 'filter', told.now FROM ("
        f"SELECT n.to_id, n.kind, n.from_id, n.post_id, n.group_key, n.now, {outcome} AS outcome FROM ({happened}) n"
        " JOIN local_user u ON u.account_id = n.to_id JOIN account s ON s.id = n.from_id LEFT JOIN post p ON p.id = n.post_id"
        f" LEFT JOIN notification_policy np ON np.account_id = u.account_id WHERE {heard}) told WHERE told.outcome <> 'drop'"
        " ON CONFLICT (account_id, kind, from_account_id, post_id) DO NOTHING"
    )


_REQUEST = (
    "INSERT INTO notification_request (id, account_id, from_account_id, last_post_id, created_at, updated_at)"
    " SELECT MIN(n.request_id), t.account_id, t.from_account_id, MAX(CASE WHEN t.kind IN ('mention', 'quote') THEN t.post_id END), MIN(n.now), MAX(n.now)"
    " FROM {written} WHERE t.filtered GROUP BY t.account_id, t.from_account_id ORDER BY t.account_id"
    " ON CONFLICT (account_id, from_account_id) DO UPDATE SET updated_at = EXCLUDED.updated_at,"
    " last_post_id = COALESCE(EXCLUDED.last_post_id, notification_request.last_post_id)"
)
"""Only for what was just written: that a thing happens again is no news."""

_TO_DEVICES = (
    "INSERT INTO push_delivery (subscription_id, notification_id, attempts, due_at, created_at)"
    " SELECT d.id, t.id, 0, t.created_at, t.created_at FROM {written} JOIN push_subscription d ON d.account_id = t.account_id WHERE NOT t.filtered"
    " ON CONFLICT (subscription_id, notification_id) DO NOTHING"
)
