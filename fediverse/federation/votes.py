"""Votes on the wire: a Create of a Note that has a name and no text, in reply to a Question, addressed to its author alone (FEP-9967, Mastodon).

Called by `activities/create`, since a vote comes as one, and by the registry for what our people choose elsewhere. A vote is never a post: it is counted,
for a poll of ours that its sender may see, or it has no effect at all. Several Notes in one Create (GoToSocial) are several choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from fediverse.actions import polls
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.objects import RemotePost, parse_post
from fediverse.errors import NotFound, Refused
from fediverse.events import PollVoted
from fediverse.federation.outgoing import Outgoing, remote
from fediverse.federation.standing import our_post
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.policy.polls import MAX_OPTIONS
from fediverse.queries import posts
from fediverse.queries.accounts import account
from fediverse.queries.polls import choice_called, vote_told
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class Votes:
    """*choices* are the options' words, each with the id of the Note that says it."""

    account_id: int
    post_id: int
    choices: tuple[tuple[str, str], ...]


def several_in(activity: Activity) -> list[RemotePost]:
    """The Notes of a Create that brings several, if all of them are votes. Raises Malformed for what cannot be read."""
    if len(activity.embedded) < 2:
        return []
    notes = [parse_post(document) for document in activity.embedded[:MAX_OPTIONS]]
    return notes if all(note.looks_like_vote for note in notes) else []


async def verify(node: Node, sender: AccountView, notes: Sequence[RemotePost]) -> Votes:
    """The votes. Raises Refused for what is not the sender's own, and for anything but one poll of ours that the sender may see."""
    for note in notes:
        if note.author_uri != sender.uri:
            raise Refused("The vote is attributed to somebody else than its sender")
        if not same_origin(note.uri, sender.uri, allow_http=node.settings.development):
            raise Refused("The vote's id is not of its author's origin")
    asked = {note.in_reply_to for note in notes}
    if len(asked) != 1:
        raise Refused("Votes for several polls come apart")
    try:
        post = await our_post(node, sender, asked.pop() or "")
    except NotFound as hidden:
        raise Refused("A vote for a poll that is not here") from hidden
    return Votes(sender.id, post.id, await _choices(node, post.id, notes))


async def apply(node: Node, verified: Votes) -> None:
    for title, uri in verified.choices:
        await polls.receive_vote(node, verified.account_id, verified.post_id, title, uri)


async def build(node: Node, event: PollVoted) -> Outgoing | None:
    """A vote of one of our people, for the poll's author alone."""
    person = await account(node, None, event.account_id)
    post_id, title = await vote_told(node, event.vote_id)
    post = await posts.of_our_own(node, post_id)
    uri = f"{person.uri}#votes/{event.vote_id}"
    note = {
        "id": uri,
        "type": "Note",
        "name": title,
        "attributedTo": person.uri,
        "inReplyTo": post.uri,
        "to": [post.author.uri],
    }
    voted = new_activity("Create", f"{uri}/activity", person.uri, note, (post.author.uri,))
    return Outgoing(activity=voted, account_id=person.id, to_accounts=remote(post.author))


async def _choices(node: Node, post_id: int, notes: Sequence[RemotePost]) -> tuple[tuple[str, str], ...]:
    """Raises Refused when one of them names nothing that the poll offers, or the post asks nothing."""
    for note in notes:
        if await choice_called(node, post_id, note.title) is None:
            raise Refused("The poll offers no such choice")
    return tuple((note.title, note.uri) for note in notes)
