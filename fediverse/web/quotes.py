"""Who quotes a post: the list, taking one's own post out of a quote, and who may quote it. Quoting itself is writing (`compose`)."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import quotes as verbs
from fediverse.errors import Invalid
from fediverse.node import Node, node_of
from fediverse.policy.quotes import POLICIES, QuotePolicyName
from fediverse.queries import posts, quotes
from fediverse.queries.views import PostView
from fediverse.web import pages
from fediverse.web.filters import shown
from fediverse.web.notices import redirect
from fediverse.web.paging import links
from fediverse.web.translations import sentence
from fediverse.web.visits import enter, id_in, page_of, submitted

LABELS: Final[tuple[tuple[QuotePolicyName, str], ...]] = (
    ("public", sentence("Everybody who sees it")),
    ("followers", sentence("My followers")),
    ("nobody", sentence("Nobody but me")),
)


async def listed(request: Request) -> Response:
    """The posts that quote this one, as far as the visitor may see them; its author can take it out of each."""
    visit = await enter(request)
    node = node_of(request)
    post = await posts.post(node, visit.viewer_id, request.path_params["post_id"])
    page = page_of(request)
    edges = await quotes.quotes_of(node, visit.viewer_id, post.id, page)
    around = links(request, page, [edge.cursor for edge in edges])
    return pages.render(
        request,
        "quotes/quotes.html",
        post=post,
        quotes=await shown(node, visit, [edge.item for edge in edges], "public"),
        mine=post.author.id == visit.viewer_id,
        policies=LABELS if post.visibility in {"public", "unlisted"} else (),
        newer=around.newer,
        older=around.older,
    )


async def revoke(request: Request) -> Response:
    submission = await submitted(request)
    post_id, quoting_id = request.path_params["post_id"], request.path_params["quoting_id"]
    await verbs.revoke(node_of(request), submission.viewer_id, post_id, quoting_id)
    return redirect(submission.back(), "quote_revoked")


async def set_policy(request: Request) -> Response:
    submission = await submitted(request)
    policy = next((name for name in POLICIES if name == submission.text("policy")), None)
    if policy is None:
        raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))
    await verbs.set_policy(node_of(request), submission.viewer_id, request.path_params["post_id"], policy)
    return redirect(submission.back(), "saved")


async def chosen(node: Node, viewer_id: int, text: str) -> PostView | None:
    """The post with the id in a field or address, to be quoted; None for an empty one. Raises NotFound for one that the visitor does not see, Invalid for
    one that may not be quoted.
    """
    return await verbs.quotable(node, viewer_id, id_in(text) or 0) if text else None
