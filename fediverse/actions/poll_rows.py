"""The rows of a poll, the same for one written here and one received: its options, their counts, the votes.

Called by `posting`, `posts`, `received` and `polls` inside their transaction. Asks no permission and records no event. The counts of our own polls are
sums of votes that came in; those of another node's poll are what it says, plus the votes of our people until it says something new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from fediverse.activitystreams.polls import RemotePoll
from fediverse.clock import to_ms
from fediverse.database.database import Row
from fediverse.node import Node
from fediverse.policy.polls import PollDraft
from fediverse.queries.views import PollView
from fediverse.queue import jobs

MAX_COUNT = 2_000_000_000
"""What a column holds; another node may claim more."""


@dataclass(frozen=True, slots=True)
class NewPoll:
    """*options* are (title, votes). *voters_count* is None where another node does not tell."""

    options: tuple[tuple[str, int], ...]
    multiple: bool
    hide_totals: bool
    expires_at: datetime | None
    voters_count: int | None
    ours: bool

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(title for title, _votes in self.options)


def drafted(poll: PollDraft, now: datetime) -> NewPoll:
    """A poll of one of our people that begins *now*."""
    options = tuple((option, 0) for option in poll.options)
    expires_at = now + timedelta(seconds=poll.expires_in_s)
    return NewPoll(options, poll.multiple, poll.hide_totals, expires_at, 0, ours=True)


def told(poll: RemotePoll, now: datetime) -> NewPoll:
    """A poll as its own node tells it. One that is closed ended when it was closed, or by now at the latest."""
    ends_at = poll.ends_at
    if poll.closed:
        closed_at = min(poll.closed_at or now, now)
        ends_at = closed_at if ends_at is None else min(ends_at, closed_at)
    options = tuple((title, min(votes, MAX_COUNT)) for title, votes in poll.options)
    voters_count = None if poll.voters_count is None else min(poll.voters_count, MAX_COUNT)
    return NewPoll(options, poll.multiple, poll.hides_totals, ends_at, voters_count, ours=False)


async def insert(node: Node, post_id: int, poll: NewPoll) -> None:
    now = to_ms(node.clock.now())
    poll_id = node.ids.next()
    await node.database.insert(
        "poll",
        {
            "id": poll_id, "post_id": post_id, "multiple": poll.multiple, "hide_totals": poll.hide_totals,
            "voters_count": poll.voters_count, "expires_at": _ms(poll.expires_at), "fetched_at": None if poll.ours else now,
        },
    )  # fmt: skip
    await _add_options(node, poll_id, poll)
    if poll.ours:
        await end_at(node, poll_id, poll.expires_at)


async def end_at(node: Node, poll_id: int, moment: datetime | None) -> None:
    """See to it that people are told at *moment* that the poll is over, and at no other."""
    key = f"end_poll:{poll_id}"
    await jobs.forget(node, key)
    if moment is not None:
        await jobs.enqueue(node, "end_poll", {"poll_id": poll_id}, key=key, due_at=moment)


async def replace(node: Node, before: PollView, poll: NewPoll) -> bool:
    """Let *poll* stand where *before* stood; True when what can be chosen changed, and so all votes are gone.

    With the same choices, ours keeps its counts and another node's has those that it tells now; one of ours that is over stays over.
    """
    same = poll.titles == tuple(option.title for option in before.options) and poll.multiple == before.multiple
    if same and poll.ours and before.expired:
        return False
    await node.database.execute(
        "UPDATE poll SET multiple = ?, hide_totals = ?, expires_at = ? WHERE id = ?",
        poll.multiple, poll.hide_totals, _ms(poll.expires_at), before.id,
    )  # fmt: skip
    if not same:
        await _start_anew(node, before, poll)
    elif not poll.ours:
        await _take_counts(node, before.id, poll)
    if poll.ours or await _has_local_voters(node, before.id):
        await end_at(node, before.id, poll.expires_at)
    return not same


async def remove(node: Node, post_id: int) -> None:
    """The post has no poll any more, and nobody's choice is kept."""
    row = await node.database.row("SELECT id FROM poll WHERE post_id = ?", post_id)
    if row is None:
        return
    await jobs.forget(node, f"end_poll:{row['id']}")
    for table in ("poll_vote", "poll_option"):
        await node.database.execute(f"DELETE FROM {table} WHERE poll_id = ?", row["id"])
    await node.database.execute("DELETE FROM poll WHERE id = ?", row["id"])


async def locked(node: Node, poll_id: int) -> Row | None:
    """The poll's row, which nobody else changes until the transaction ends: of two votes of one person, the second sees the first."""
    rows = await node.database.rows("UPDATE poll SET multiple = multiple WHERE id = ? RETURNING *", poll_id)
    return rows[0] if rows else None


async def count_vote(node: Node, poll_id: int, account_id: int, choice: int, uri: str = "") -> int | None:
    """Write the vote down and count it; its id. None when it was counted before. The poll must be locked."""
    is_first = (
        await node.database.value(
            "SELECT 1 FROM poll_vote WHERE poll_id = ? AND account_id = ? LIMIT 1", poll_id, account_id
        )
        is None
    )
    vote_id = node.ids.next()
    fresh = await node.database.insert(
        "poll_vote",
        {
            "id": vote_id, "poll_id": poll_id, "account_id": account_id, "choice": choice, "uri": uri[:1024],
            "created_at": to_ms(node.clock.now()),
        },
        if_absent="poll_id, account_id, choice",
    )  # fmt: skip
    if not fresh:
        return None
    await node.database.execute(
        "UPDATE poll_option SET votes_count = votes_count + 1 WHERE poll_id = ? AND position = ?", poll_id, choice
    )
    if is_first:
        await node.database.execute("UPDATE poll SET voters_count = voters_count + 1 WHERE id = ?", poll_id)
    return vote_id


async def _start_anew(node: Node, before: PollView, poll: NewPoll) -> None:
    for table in ("poll_vote", "poll_option"):
        await node.database.execute(f"DELETE FROM {table} WHERE poll_id = ?", before.id)
    await node.database.execute("DELETE FROM notification WHERE kind = 'poll' AND post_id = ?", before.post_id)
    await node.database.execute(
        "UPDATE poll SET voters_count = ?, closed_at = NULL WHERE id = ?", poll.voters_count, before.id
    )
    await _add_options(node, before.id, poll)


async def _take_counts(node: Node, poll_id: int, poll: NewPoll) -> None:
    await node.database.execute(
        "UPDATE poll SET voters_count = ?, fetched_at = ? WHERE id = ?",
        poll.voters_count, to_ms(node.clock.now()), poll_id,
    )  # fmt: skip
    await node.database.execute_many(
        "UPDATE poll_option SET votes_count = ? WHERE poll_id = ? AND position = ?",
        [(votes, poll_id, position) for position, (_title, votes) in enumerate(poll.options)],
    )


async def _add_options(node: Node, poll_id: int, poll: NewPoll) -> None:
    await node.database.execute_many(
        "INSERT INTO poll_option (id, poll_id, position, title, votes_count) VALUES (?, ?, ?, ?, ?)",
        [(node.ids.next(), poll_id, position, title, votes) for position, (title, votes) in enumerate(poll.options)],
    )


async def _has_local_voters(node: Node, poll_id: int) -> bool:
    return bool(await local_voters(node, poll_id))


async def local_voters(node: Node, poll_id: int) -> Sequence[int]:
    rows = await node.database.rows(
        "SELECT DISTINCT v.account_id AS id FROM poll_vote v JOIN local_user u ON u.account_id = v.account_id WHERE v.poll_id = ?",
        poll_id,
    )
    return [row["id"] for row in rows]


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else to_ms(moment)
