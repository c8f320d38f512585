"""What happened, as each of many viewers is shown it. Whatever looks the same for several is loaded, rendered and written as JSON once."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from fediverse.errors import NotFound
from fediverse.mastodon import entities
from fediverse.mastodon.entities.announcements import announcement, streamed_reaction
from fediverse.mastodon.entities.notifications import can_be_shown
from fediverse.mastodon.streaming.frames import Event, Message, json_payload
from fediverse.node import Node
from fediverse.queries import announcements, conversations, notifications, posts, streaming
from fediverse.queries.filters import FilterContext, filtered_for, with_filters
from fediverse.queries.streaming import Place
from fediverse.queries.views import PostView


async def post_messages(
    node: Node, at: Place, event: Event, viewers: Mapping[FilterContext, Collection[int]]
) -> dict[tuple[FilterContext, int], Message]:
    """The post for each of *viewers*, who were asked to see it just now, in the contexts in which they are shown it."""
    messages: dict[tuple[FilterContext, int], Message] = {}
    for group in await streaming.alike(node, at, set().union(*viewers.values())):
        found = await posts.posts(node, group[0], [at.post_id])
        for view in found:
            alike = _message(node, event, view, group[0])
            for context, wanted in viewers.items():
                members = [viewer for viewer in group if viewer in wanted]
                filtered = await filtered_for(node, members, view, context) if members else {}
                for viewer in members:
                    marked = filtered.get(viewer)
                    messages[context, viewer] = alike if marked is None else _message(node, event, marked, viewer)
    return messages


async def notification_message(node: Node, viewer: int, notification_id: int) -> Message | None:
    """None for one that is gone or hidden by now, or that clients do not know."""
    try:
        view = await notifications.notification(node, viewer, notification_id)
    except NotFound:
        return None
    if not can_be_shown(view):
        return None
    if view.post is not None:
        view = replace(view, post=(await with_filters(node, viewer, [view.post], "notifications"))[0])
    return Message("notification", json_payload(entities.notification(view, viewer, node.uri)))


async def conversation_message(node: Node, viewer: int, conversation_id: int) -> Message | None:
    """None for one that is another person's, or whose last post the viewer may not see."""
    try:
        view = await conversations.conversation(node, viewer, conversation_id)
    except NotFound:
        return None
    view = replace(view, last_post=(await with_filters(node, viewer, [view.last_post], "any"))[0])
    return Message("conversation", json_payload(entities.conversation(view, viewer, node.uri)))


async def announcement_message(node: Node, viewer: int, announcement_id: int) -> Message | None:
    """None for one that is over or not published."""
    try:
        view = await announcements.announcement(node, viewer, announcement_id)
    except NotFound:
        return None
    return Message("announcement", json_payload(announcement(view, node.uri)))


async def reaction_message(node: Node, viewer: int, announcement_id: int, name: str) -> Message | None:
    """The same for every viewer: nobody is named in it."""
    try:
        view = await announcements.reaction(node, viewer, announcement_id, name)
    except NotFound:
        return None
    return Message("announcement.reaction", json_payload(streamed_reaction(view, announcement_id)))


def _message(node: Node, event: Event, view: PostView, viewer: int) -> Message:
    return Message(event, json_payload(entities.status(view, viewer, node.uri)))
