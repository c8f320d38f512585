"""QuoteRequest: somebody asks to show one of our posts inside a post of theirs (FEP-044f; Mastodon 4.5). The author's policy answers, at once.

The instrument, the post that quotes, is only named: it came before, or is fetched from its own node. An approval is an Accept whose `result` is a stamp,
which we show to whoever may have the post; a post that the sender may not see is quoted by nobody, and answered with silence. What is built here is all
that our people say about quotes: the question, both answers, and that an approval is taken back.
"""

from dataclasses import dataclass

from fediverse.actions import quotes
from fediverse.activitystreams.activities import Activity
from fediverse.activitystreams.building import activity as new_activity
from fediverse.activitystreams.building import embedded
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import only_id_of
from fediverse.errors import Malformed, Refused
from fediverse.events import QuoteAccepted, QuoteRejected, QuoteRequested, QuoteRevoked
from fediverse.federation import documents
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.outgoing import Outgoing, new_id, remote
from fediverse.federation.standing import object_uri, our_post, sender_of
from fediverse.federation.wants import NOTHING, Wants
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.policy.quotes import QuoterFacts, approval
from fediverse.queries import posts
from fediverse.queries.accounts import account
from fediverse.queries.relations import follow_state
from fediverse.queries.views import PostView


@dataclass(frozen=True, slots=True)
class AskedToQuote:
    """*quoter_id* asks to quote *quoted* in its post *instrument_uri*; *allowed*: by the policy of its author."""

    quoter_id: int
    quoted: PostView
    instrument_uri: str
    allowed: bool


def wants(activity: Activity) -> Wants:
    """The quoting post, which a node that keeps order has sent before."""
    instrument = only_id_of(activity.raw.get("instrument"))
    return NOTHING if instrument is None else Wants(hinted_posts=(instrument,))


async def verify(node: Node, admitted: AdmittedActivity) -> AskedToQuote:
    """What is asked, and whether it may be. Raises NotFound unless the sender may see the post, Malformed, and Refused for an instrument of another origin."""
    sender = await sender_of(node, admitted)
    quoted = await our_post(node, sender, object_uri(admitted))
    instrument = only_id_of(admitted.activity.raw.get("instrument"))
    if instrument is None or quoted.boost_of is not None:
        raise Malformed("A QuoteRequest names a post, and the post that is to quote it")
    if not same_origin(instrument, sender.uri, allow_http=node.settings.development):
        raise Refused("The post that is to quote is of another origin than its sender")
    follows = await follow_state(node, sender.id, quoted.author.id) == "accepted"
    quoter = QuoterFacts(follows_author=follows)  # who is blocked does not see the post, and did not come this far
    allowed = approval(quoted.visibility, quoted.quote_policy, quoter) == "automatic"
    return AskedToQuote(sender.id, quoted, instrument, allowed)


async def apply(node: Node, admitted: AdmittedActivity, verified: AskedToQuote) -> None:
    await quotes.receive_request(
        node, verified.quoted, verified.quoter_id, verified.instrument_uri, admitted.id, allowed=verified.allowed
    )


async def build(node: Node, event: QuoteRequested) -> Outgoing | None:
    post = await posts.of_our_own(node, event.post_id)
    asked = await account(node, None, event.quoted_account_id)
    request = _request(event.uri, post.author.uri, event.quoted_uri, post.uri, (asked.uri,))
    return Outgoing(activity=request, account_id=post.author.id, to_accounts=remote(asked), shows=post.id)


async def build_answer(node: Node, event: QuoteAccepted | QuoteRejected) -> Outgoing | None:
    author = await account(node, None, event.account_id)
    quoter = await account(node, None, event.quoter_id)
    request = embedded(_request(event.uri, quoter.uri, event.quoted_uri, event.quoting_uri))
    stamp = {"result": event.stamp_uri} if isinstance(event, QuoteAccepted) else {}
    type_ = "Accept" if stamp else "Reject"
    answer = new_activity(type_, new_id(node), author.uri, request, (quoter.uri,), extra=stamp)
    return Outgoing(activity=answer, account_id=author.id, to_accounts=remote(quoter))


async def build_revocation(node: Node, event: QuoteRevoked) -> Outgoing | None:
    """A Delete of the stamp, to the quoter and to whoever may have come by the quoting post: its holders where it is ours, else those of the quoted one."""
    quoted = await posts.of_our_own(node, event.quoted_id)
    quoter = await account(node, None, event.quoter_id)
    to, cc = documents.addressing(quoted)
    deleted = new_activity(
        "Delete", f"{event.stamp_uri}#delete", quoted.author.uri, event.stamp_uri, to, (*cc, quoter.uri)
    )
    return Outgoing(
        activity=deleted,
        account_id=quoted.author.id,
        to_accounts=remote(quoter),
        to_holders_of=event.post_id if quoter.local else event.quoted_id,
    )


def _request(uri: str, quoter: str, quoted: str, quoting: str, to: tuple[str, ...] = ()) -> JSON:
    return new_activity("QuoteRequest", uri, quoter, quoted, to, extra={"instrument": quoting})
