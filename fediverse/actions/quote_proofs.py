"""Whether a quote in another node's post is approved: fetch the quoted post and its author's stamp, each from its own origin through the gate, and compare.

Called by the worker for the job `verify_quote`; never inside a transaction. A forged stamp changes nothing but that it is not asked for again.
"""

from fediverse.actions import quotes, resolve
from fediverse.activitystreams.quotes import Stamp, parse_stamp
from fediverse.database.database import Row
from fediverse.errors import DomainRefused, FediverseError, Malformed, NotFound, Unreachable
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import host_of, same_origin
from fediverse.queries import posts
from fediverse.queries.quotes import quote_of
from fediverse.queries.views import PostView

_log = get(__name__)


async def verify(node: Node, post_id: int, depth: int = 0) -> None:
    """Settle the quote in the post, if it is pending still. Raises Unreachable when it should be tried again."""
    quote = await quote_of(node, post_id)
    if quote is None or quote["state"] != "pending" or not quote["host"]:
        return
    try:
        await _judge(node, quote, depth)
    except Unreachable:
        raise
    except DomainRefused as problem:
        _log.info("quote.refused_host", post=quote["post_uri"], host=problem.host)
    except FediverseError as problem:
        _log.info("quote.unproved", post=quote["post_uri"], reason=problem.safe)
        await quotes.settle(node, quote, "rejected")


async def _judge(node: Node, quote: Row, depth: int) -> None:
    """Accept the quote, or leave it pending for want of a stamp. Raises what the fetches raise, and Malformed for a stamp that does not hold."""
    wanted = [uri for uri in (quote["quoted_uri"], quote["approval_uri"]) if uri]
    if not all([await _may_ask(node, uri) for uri in wanted]):
        return
    quoted_id = quote["quoted_id"] or await resolve.post_by_uri(node, quote["quoted_uri"], depth + 1)
    quoted = await posts.of_our_own(node, quoted_id)
    if quoted.boost_of is not None:
        raise Malformed("A boost cannot be quoted")
    await quotes.found(node, quote, quoted_id)
    known = {**quote, "quoted_id": quoted_id, "quoted_account_id": quoted.author.id}
    if quoted.author.id == quote["author_id"]:
        await quotes.settle(node, known, "accepted")
        return
    if quoted.author.local or not quote["approval_uri"]:
        return  # of our people's posts our own table speaks, and nobody else
    stamp = parse_stamp(await resolve.document(node, quote["approval_uri"], kind="quote_authorization"))
    if not _holds(node, stamp, quote, quoted):
        raise Malformed("The quote authorization is of something else, or somebody else's")
    if await _was_taken_back(node, stamp.uri):
        raise NotFound("The quote authorization was taken back")
    await quotes.settle(node, known, "accepted")


def _holds(node: Node, stamp: Stamp, quote: Row, quoted: PostView) -> bool:
    """Whether *stamp* is the quoted author's, from that author's own origin, and about these very two posts."""
    return (
        stamp.uri == quote["approval_uri"]
        and stamp.author_uri == quoted.author.uri
        and stamp.quoting_uri == quote["post_uri"]
        and stamp.quoted_uri == quoted.uri
        and same_origin(stamp.uri, quoted.author.uri, allow_http=node.settings.development)
    )


async def _may_ask(node: Node, uri: str) -> bool:
    """Whether its host is worth asking. The gate asks the policy again; this spares it what it would refuse."""
    host = host_of(uri, allow_http=node.settings.development)
    if host == node.settings.host:
        return True
    return (await node.rules.decide(Direction.OUT_FETCH, "quote_authorization", host)).allowed


async def _was_taken_back(node: Node, stamp: str) -> bool:
    return await node.database.value("SELECT 1 FROM tombstone WHERE uri = ?", stamp) is not None
