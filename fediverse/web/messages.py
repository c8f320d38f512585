"""Messages: what a person and a few others say to each other in direct posts. The list, and one conversation, which counts as read once it was shown."""

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import conversations as verbs
from fediverse.node import node_of
from fediverse.queries import conversations
from fediverse.web import pages
from fediverse.web.compose import blank_form
from fediverse.web.paging import links
from fediverse.web.visits import enter, page_of


async def show(request: Request) -> Response:
    visit = await enter(request)
    page = page_of(request)
    found = await conversations.conversations(node_of(request), visit.viewer_id, page)
    around = links(request, page, [one.last_post.id for one in found])
    return pages.render(request, "messages/messages.html", conversations=found, newer=around.newer, older=around.older)


async def conversation(request: Request) -> Response:
    """The oldest message of the page first, and below the last one the form to answer."""
    visit = await enter(request)
    node = node_of(request)
    page = page_of(request)
    conversation_id = request.path_params["conversation_id"]
    view = await conversations.conversation(node, visit.viewer_id, conversation_id)
    posts = await conversations.messages(node, visit.viewer_id, conversation_id, page)
    if view.unread:
        await verbs.mark(node, visit.viewer_id, conversation_id, unread=False)
        request.state.visit = replace(visit, messages=max(visit.messages - 1, 0))  # for the page's frame
    around = links(request, page, [post.id for post in posts])
    return pages.render(
        request,
        "messages/conversation.html",
        conversation=view,
        posts=posts[::-1],
        form=None if around.newer else await blank_form(node, visit, answered=view.last_post),
        newer=around.newer,
        older=around.older,
    )
