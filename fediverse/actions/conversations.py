"""Conversations of direct posts, one row for each person here who takes part: kept when posts come and go, marked as read, taken off the list.

Called by `posting` and `received` inside their transaction, and by doors for what a person does with one. Who may see the posts is asked when a
conversation is read (`queries.conversations`).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from fediverse.clock import to_ms
from fediverse.database.database import json_of, json_text, marks
from fediverse.node import Node
from fediverse.policy.notifications import OUTCOME
from fediverse.queries import conversations
from fediverse.streams import Signal, tell

MAX_LET_IN = 200


@dataclass(frozen=True, slots=True)
class _Message:
    """A direct post; *named*: its author and whom it names."""

    post_id: int
    author_id: int
    root_id: int
    named: frozenset[int]


async def enter(node: Node, post_id: int, author_id: int, root_id: int, mentions: Sequence[tuple[int, bool]]) -> None:
    """Put a new direct post into the conversations of its author and of whom it addresses, as far as they are people of this node.

    Left out: who blocks or mutes the author, and whose policy puts aside what the author does (`let_in` brings it back). Who muted the thread finds it
    read, and is not told. Written at once and not with the batch, since streams are told the conversation's id.
    """
    recipients = await _recipients(node, post_id, author_id, [account_id for account_id, _silent in mentions])
    named = {author_id, *(account_id for account_id, silent in mentions if not silent)}
    await _write(node, recipients, _Message(post_id, author_id, root_id, frozenset(named)))


async def let_in(node: Node, account_id: int, senders: Sequence[int]) -> None:
    """The person hears *senders* from now on: what they wrote to the person so far, the newest of it, becomes conversations too."""
    rows = await node.database.rows(
        "SELECT p.id, p.author_id, p.root_id FROM post p JOIN mention m ON m.post_id = p.id AND m.account_id = ?"
        f" WHERE p.author_id IN ({marks(senders)}) AND p.visibility = 'direct' AND p.deleted_at IS NULL ORDER BY p.id DESC LIMIT ?",
        account_id, *senders, MAX_LET_IN,
    )  # fmt: skip
    posts = [row["id"] for row in rows]
    named = await node.database.rows(
        f"SELECT post_id, account_id FROM mention WHERE post_id IN ({marks(posts) or 'NULL'}) AND NOT silent", *posts
    )
    for row in reversed(rows):
        people = {one["account_id"] for one in named if one["post_id"] == row["id"]} | {row["author_id"]}
        message = _Message(row["id"], row["author_id"], row["root_id"], frozenset(people))
        await _write(node, [(account_id, False)], message)


async def leave(node: Node, post_id: int) -> None:
    """A post was deleted: conversations that ended with it end with the one before, or are gone when there is none."""
    await _end_anew(
        node, "c.root_id = (SELECT p.root_id FROM post p WHERE p.id = ?) AND c.last_post_id = ?", post_id, post_id
    )


async def mend(node: Node) -> None:
    """The same for all conversations whose last post is gone: after an account or a whole domain was deleted."""
    await _end_anew(node, "NOT EXISTS (SELECT 1 FROM post p WHERE p.id = c.last_post_id AND p.deleted_at IS NULL)")


async def move(node: Node, from_root_id: int, to_root_id: int) -> None:
    """The thread that began with *from_root_id* turned out to be a part of another: its conversations join those of the same people there."""
    rows = await node.database.rows("DELETE FROM conversation WHERE root_id = ? RETURNING *", from_root_id)
    await node.database.execute_many(
        "INSERT INTO conversation (id, account_id, root_id, last_post_id, participants, participants_digest, unread)"
        " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (account_id, root_id, participants_digest) DO UPDATE SET"
        " unread = conversation.unread OR EXCLUDED.unread,"
        " last_post_id = CASE WHEN EXCLUDED.last_post_id > conversation.last_post_id THEN EXCLUDED.last_post_id"
        " ELSE conversation.last_post_id END",
        [
            (
                row["id"], row["account_id"], to_root_id, row["last_post_id"],
                json_text(json_of(row["participants"])), row["participants_digest"], bool(row["unread"]),
            )
            for row in rows
        ],
    )  # fmt: skip


async def mark(node: Node, account_id: int, conversation_id: int, *, unread: bool) -> None:
    """Raises NotFound."""
    known = await conversations.conversation(node, account_id, conversation_id)
    await node.database.execute("UPDATE conversation SET unread = ? WHERE id = ?", unread, known.id)


async def remove(node: Node, account_id: int, conversation_id: int) -> None:
    """Take it off the person's list. Its posts stay, and a new one brings it back. Raises NotFound."""
    known = await conversations.conversation(node, account_id, conversation_id)
    await node.database.execute("DELETE FROM conversation WHERE id = ?", known.id)


async def _recipients(node: Node, post_id: int, author_id: int, addressed: Sequence[int]) -> list[tuple[int, bool]]:
    """People of this node whose conversation it is, and whether they muted the thread; in one order, so that two transactions take their turns."""
    people = list(dict.fromkeys([author_id, *addressed]))
    now = to_ms(node.clock.now())
    rows = await node.database.rows(
        "SELECT u.account_id AS id, EXISTS (SELECT 1 FROM thread_mute t WHERE t.account_id = u.account_id AND t.root_id = p.root_id) AS quiet"
        " FROM local_user u JOIN account s ON s.id = ? JOIN post p ON p.id = ?"
        " CROSS JOIN (SELECT 'mention' AS kind, CAST(? AS BIGINT) AS now) n"
        " LEFT JOIN notification_policy np ON np.account_id = u.account_id"
        f" WHERE u.account_id IN ({marks(people)}) AND (u.account_id = s.id OR"
        " (NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = u.account_id AND b.target_id = s.id)"
        " AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.account_id = u.account_id AND m.target_id = s.id"
        f" AND (m.expires_at IS NULL OR m.expires_at > n.now)) AND {OUTCOME} = 'accept')) ORDER BY u.account_id",
        author_id, post_id, now, *people,
    )  # fmt: skip
    return [(row["id"], bool(row["quiet"])) for row in rows]


async def _write(node: Node, recipients: Sequence[tuple[int, bool]], message: _Message) -> None:
    if not recipients:
        return
    values: list[object] = []
    for account_id, is_quiet in recipients:
        others = sorted(message.named - {account_id})
        unread = account_id != message.author_id and not is_quiet
        values += [node.ids.next(), account_id, message.root_id, message.post_id]
        values += [json_text(others), _digest(others), unread]
    rows = await node.database.rows(
        "INSERT INTO conversation (id, account_id, root_id, last_post_id, participants, participants_digest, unread)"
        f" VALUES {', '.join(['(?, ?, ?, ?, ?, ?, ?)'] * len(recipients))}"
        " ON CONFLICT (account_id, root_id, participants_digest) DO UPDATE SET"
        " unread = CASE WHEN EXCLUDED.last_post_id > conversation.last_post_id THEN EXCLUDED.unread"
        " ELSE conversation.unread OR EXCLUDED.unread END,"
        " last_post_id = CASE WHEN EXCLUDED.last_post_id > conversation.last_post_id THEN EXCLUDED.last_post_id"
        " ELSE conversation.last_post_id END RETURNING id, account_id",
        *values,
    )
    quiet = {account_id for account_id, is_quiet in recipients if is_quiet}
    for row in rows:
        if row["account_id"] not in quiet:
            tell(node, Signal("conversation", row["id"], (row["account_id"],)))


async def _end_anew(node: Node, condition: str, *values: object) -> None:
    """Find the last post of each conversation *c* for which *condition* holds."""
    for row in await node.database.rows(f"SELECT c.* FROM conversation c WHERE {condition}", *values):
        last = await conversations.newest_among(node, row["account_id"], row["root_id"], json_of(row["participants"]))
        if last is None:
            await node.database.execute("DELETE FROM conversation WHERE id = ?", row["id"])
        else:
            await node.database.execute("UPDATE conversation SET last_post_id = ? WHERE id = ?", last, row["id"])


def _digest(participants: Sequence[int]) -> str:
    return hashlib.sha256(json_text(list(participants)).encode()).hexdigest()
