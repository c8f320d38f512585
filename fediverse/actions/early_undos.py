"""What was taken back before it came: some servers send an activity and its Undo from several workers, and the second arrives first.

Called by `federation/activities`: `undo` remembers, `like` and `follow` ask. Of boosts the boost itself remembers it (`boosts.receive_undo`). A mark is bound to
the actor, so that nobody takes back what others will say, and it ends after a day: some servers (Misskey) use the id of a Follow again, and the order of what
they send is not lost for longer than that.
"""

from collections.abc import Iterable
from datetime import timedelta

from fediverse.clock import to_ms
from fediverse.errors import Refused
from fediverse.node import Node

REMEMBERED = timedelta(days=1)


async def remember(node: Node, account_id: int, uri: str) -> None:
    """The account took the activity *uri* back, which is not known here."""
    now = to_ms(node.clock.now())
    await node.database.execute(
        "INSERT INTO early_undo (id, account_id, uri, created_at) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account_id, uri) DO UPDATE SET created_at = EXCLUDED.created_at",
        node.ids.next(), account_id, uri, now,
    )  # fmt: skip


async def require_standing(node: Node, account_id: int, uri: str) -> None:
    """Raises Refused when the account took the activity *uri* back before it came."""
    if node.batch is not None and (account_id, uri) in node.batch.not_undone:
        return
    since = to_ms(node.clock.now() - REMEMBERED)
    found = await node.database.value(
        "SELECT 1 FROM early_undo WHERE account_id = ? AND uri = ? AND created_at > ?", account_id, uri, since
    )
    if found is not None:
        raise Refused("This was taken back before it came")


async def remember_for_batch(node: Node, wanted: Iterable[tuple[int, str]]) -> None:
    """Ask once for all activities of the batch, by account and URI."""
    pairs = list(dict.fromkeys(wanted))
    if node.batch is None or not pairs:
        return
    rows = await node.database.rows(
        f"SELECT account_id, uri FROM early_undo WHERE (account_id, uri) IN ({', '.join(['(?, ?)'] * len(pairs))})",
        *(value for pair in pairs for value in pair),
    )
    node.batch.not_undone |= set(pairs) - {(row["account_id"], row["uri"]) for row in rows}


async def forget_expired(node: Node) -> None:
    await node.database.execute("DELETE FROM early_undo WHERE created_at < ?", to_ms(node.clock.now() - REMEMBERED))
