"""Quotes between nodes: the stamps that show our people's approvals, and the answers to what our people asked (FEP-044f).

`quote_authorization` is an endpoint like those of `objects`; `accepted` and `rejected` are what the activities of these names ask before they think of a
Follow. A stamp names two posts and holds neither.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.quotes import Stamp, stamp_document
from fediverse.activitystreams.values import only_id_of, types_of, web_id_of
from fediverse.errors import NotFound, Refused
from fediverse.federation.answers import activity_json
from fediverse.federation.authentication import authenticated_server
from fediverse.federation.objects import number_in
from fediverse.node import Node, node_of
from fediverse.policy.hosts import same_origin
from fediverse.queries.quotes import asked_quote, stamp_for_server
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class AnsweredQuote:
    """What the author of the quoted post says to our post *post_id*: *stamp_uri* for yes, "" for no."""

    post_id: int
    stamp_uri: str


async def quote_authorization(request: Request) -> Response:
    """GET /users/{username}/quote_authorizations/{quote_id}: for whoever may have the quoted post."""
    server = await authenticated_server(request, kind="quote_authorization")
    node = node_of(request)
    number = number_in(request.path_params["quote_id"])
    if number is None:
        raise NotFound
    shown = await stamp_for_server(node, server.host, number)
    if shown.uri != node.uri(request.url.path):
        raise NotFound
    return activity_json(stamp_document(Stamp(shown.uri, shown.author_uri, shown.quoting_uri, shown.quoted_uri)))


async def accepted(node: Node, activity: Activity, sender: AccountView) -> AnsweredQuote | None:
    """The approval that an Accept brings to a post of ours; None when it answers something else. Raises Refused as below, and without a stamp of the
    sender's own origin.
    """
    post_id = await _asked_of(node, activity, sender)
    if post_id is None:
        return None
    stamp = web_id_of(activity.raw.get("result"))
    if stamp is None or not same_origin(stamp, sender.uri, allow_http=node.settings.development):
        raise Refused("An approval needs a quote authorization of its author's origin")
    return AnsweredQuote(post_id, stamp)


async def rejected(node: Node, activity: Activity, sender: AccountView) -> AnsweredQuote | None:
    """The same for a Reject."""
    post_id = await _asked_of(node, activity, sender)
    return None if post_id is None else AnsweredQuote(post_id, "")


async def _asked_of(node: Node, activity: Activity, sender: AccountView) -> int | None:
    """The post of ours for which the answered QuoteRequest asked. Raises Refused when somebody else was asked."""
    copy = activity.object
    is_copy = copy is not None and types_of(copy) == ("QuoteRequest",)
    instrument = only_id_of(copy.get("instrument")) if copy is not None and is_copy else None
    asked = await asked_quote(node, activity.object_id or "", instrument or "")
    if asked is None:
        if is_copy:
            raise NotFound("No such request to quote is known")
        return None
    if asked.quoted_account_id != sender.id:
        raise Refused("Only the one who was asked may answer")
    return asked.post_id
