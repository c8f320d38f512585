"""Vote in a poll, count the votes of others, end a poll, ask another node how its poll stands.

A vote is no post: it is a row, counted once for each person and option, and nobody is told who chose what but the poll's own node, which counts. When
the counts of a poll of ours change, the nodes that have it hear of it together, a minute later, and not once for each vote.
"""

from collections.abc import Sequence
from datetime import timedelta

from fediverse import events
from fediverse.actions import poll_rows, resolve
from fediverse.actions.notifying import notify
from fediverse.activitystreams.objects import parse_post
from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row
from fediverse.errors import Invalid, Refused
from fediverse.node import Node
from fediverse.queries import accounts, polls, posts
from fediverse.queries.load import EVERYTHING, post_views
from fediverse.queries.views import PostView
from fediverse.queue import jobs
from fediverse.streams.signals import Signal, tell

TOLD_AFTER = timedelta(seconds=60)
STALE_AFTER = timedelta(minutes=5)


async def vote(node: Node, account_id: int, poll_id: int, choices: Sequence[int]) -> None:
    """Choose the options at these positions. Raises NotFound for a poll that the voter cannot see, Invalid with the sentences that clients know."""
    post = await posts.bare_post(node, account_id, await polls.post_with(node, poll_id))
    user = await accounts.user(node, account_id)
    if user.disabled or user.suspended:
        raise Refused("This account is disabled; ask your administrator")
    if post.author.id == account_id:
        raise Invalid("Validation failed: You cannot vote in your own polls")
    wanted = list(dict.fromkeys(choices))
    async with node.database.transaction():
        poll = await poll_rows.locked(node, poll_id)
        await _check(node, poll, account_id, wanted)
        for choice in wanted:
            vote_id = await poll_rows.count_vote(node, poll_id, account_id, choice)
            if vote_id is not None and not post.author.local:
                await events.record(node, events.PollVoted(account_id, post.id, vote_id))
        if post.author.local:
            await _tell_later(node, poll_id)
        elif poll is not None and poll["expires_at"] is not None:
            await poll_rows.end_at(node, poll_id, from_ms(poll["expires_at"]))


async def _check(node: Node, poll: Row | None, account_id: int, choices: Sequence[int]) -> None:
    if poll is None or _is_over(node, poll):
        raise Invalid("Validation failed: The poll has already ended")
    known = await node.database.value("SELECT count(*) FROM poll_option WHERE poll_id = ?", poll["id"])
    if not choices or not all(0 <= choice < known for choice in choices):
        raise Invalid("Validation failed: The chosen vote option does not exist")
    if len(choices) > 1 and not poll["multiple"]:
        raise Invalid("Validation failed: This poll takes one choice only")
    if await _voted(node, poll["id"], account_id):
        raise Invalid("Validation failed: You have already voted on this poll")


async def receive_vote(node: Node, account_id: int, post_id: int, title: str, uri: str) -> None:
    """Count the vote of a person of another node in a poll of ours; one that comes too late, twice, or for nothing that is there changes nothing."""
    found = await polls.choice_called(node, post_id, title)
    if found is None:
        return
    poll_id, choice = found
    async with node.database.transaction():
        poll = await poll_rows.locked(node, poll_id)
        if poll is None or _is_over(node, poll):
            return
        if not poll["multiple"] and await _voted(node, poll_id, account_id):
            return
        if await poll_rows.count_vote(node, poll_id, account_id, choice, uri) is not None:
            await _tell_later(node, poll_id)


async def tell_counts(node: Node, poll_id: int) -> None:
    """Let other nodes hear how a poll of ours stands now. The next vote after this asks for the next telling."""
    async with node.database.transaction():
        await jobs.forget(node, f"tell_poll:{poll_id}")
        post = await _post_of(node, poll_id)
        if post is not None and post.author.local:
            await events.record(node, events.PollCounted(post.author.id, post.id))


async def end(node: Node, poll_id: int) -> None:
    """The poll's time has come: its author and our people who voted are told, and of one of ours the other nodes. Does nothing before, and nothing twice."""
    async with node.database.transaction():
        now = node.clock.now()
        ended = await node.database.rows(
            "UPDATE poll SET closed_at = ? WHERE id = ? AND closed_at IS NULL AND expires_at <= ? RETURNING id",
            to_ms(now), poll_id, to_ms(now),
        )  # fmt: skip
        post = await _post_of(node, poll_id) if ended else None
        if post is None:
            return
        told = [post.author.id, *await poll_rows.local_voters(node, poll_id)]
        await notify(node, "poll", told, post.author.id, post.id)
        if post.author.local:
            await events.record(node, events.PollCounted(post.author.id, post.id))
        else:
            await _ask_later(node, poll_id)
        tell(node, Signal("edit", post.id))


async def look_again(node: Node, post: PostView) -> None:
    """Somebody looks at *post*: if its poll is another node's, and nothing was heard of it for some minutes, ask there, behind the reader's back."""
    poll = (post.boost_of or post).poll
    if poll is None or (post.boost_of or post).author.local:
        return
    async with node.database.transaction():
        now = node.clock.now()
        stale = await node.database.rows(
            "UPDATE poll SET fetched_at = ? WHERE id = ? AND (fetched_at IS NULL OR fetched_at <= ?)"
            " AND (expires_at IS NULL OR fetched_at IS NULL OR fetched_at < expires_at) RETURNING id",
            to_ms(now), poll.id, to_ms(now - STALE_AFTER),
        )  # fmt: skip
        if stale:
            await _ask_later(node, poll.id)


async def refresh(node: Node, poll_id: int) -> None:
    """Ask the poll's own node how it stands. Raises Refused, NotFound, Unreachable, Malformed; what it says of the text is left to its Update."""
    known = await _post_of(node, poll_id)
    if known is None or known.author.local or known.poll is None:
        return
    found = parse_post(await resolve.document(node, known.uri, kind="post"))
    resolve.require_same_authority(node, found)
    if found.author_uri != known.author.uri or found.uri != known.uri or found.poll is None:
        raise Refused("what was found is not the poll that was asked for")
    fresh = poll_rows.told(found.poll, node.clock.now())
    if fresh.titles == tuple(option.title for option in known.poll.options) and fresh.multiple == known.poll.multiple:
        async with node.database.transaction():
            await poll_rows.replace(node, known.poll, fresh)


def _is_over(node: Node, poll: Row) -> bool:
    return poll["expires_at"] is not None and poll["expires_at"] <= to_ms(node.clock.now())


async def _voted(node: Node, poll_id: int, account_id: int) -> bool:
    found = await node.database.value(
        "SELECT 1 FROM poll_vote WHERE poll_id = ? AND account_id = ? LIMIT 1", poll_id, account_id
    )
    return found is not None


async def _tell_later(node: Node, poll_id: int) -> None:
    due_at = node.clock.now() + TOLD_AFTER
    await jobs.enqueue(node, "tell_poll", {"poll_id": poll_id}, key=f"tell_poll:{poll_id}", due_at=due_at)


async def _ask_later(node: Node, poll_id: int) -> None:
    await jobs.enqueue(node, "refresh_poll", {"poll_id": poll_id}, key=f"refresh_poll:{poll_id}")


async def _post_of(node: Node, poll_id: int) -> PostView | None:
    """The poll's post as it is; None when either is gone. For what the node does by itself."""
    row = await node.database.row(
        "SELECT p.id FROM poll q JOIN post p ON p.id = q.post_id WHERE q.id = ? AND p.deleted_at IS NULL", poll_id
    )
    found = await post_views(node, None, [row["id"]], EVERYTHING) if row is not None else []
    return found[0] if found else None
