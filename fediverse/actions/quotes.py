"""Quotes: one post shows another, as far as its author approves (FEP-044f; Mastodon 4.5).

The approval of a quote of our people's posts is what stands in our own table, and nothing that anybody sends; that of another node's post is a stamp which
its author's node shows (`quote_proofs` fetches it). Called by `posts`, `received` and `posting` inside their transactions, by the doors for policy and
revocation, and by `federation.activities` for what other nodes ask and answer. Speaks to no other host.
"""

from collections.abc import Collection
from dataclasses import dataclass

from fediverse import events, streams
from fediverse.actions.notifying import notify
from fediverse.activitystreams.objects import RemotePost
from fediverse.clock import to_ms
from fediverse.database.database import Row
from fediverse.errors import Invalid, NotFound, Refused
from fediverse.node import Node
from fediverse.policy.hosts import same_origin
from fediverse.policy.permissions import may_change
from fediverse.policy.quotes import POLICIES, QuotePolicyName, kept_policy
from fediverse.policy.visibility import VisibilityName
from fediverse.queries import posts
from fediverse.queries.quotes import quote_of
from fediverse.queries.views import PostView
from fediverse.queue import jobs

MAX_DEPTH = 3
"""How many quotes of quotes are followed because of one post that came in."""


@dataclass(frozen=True, slots=True)
class PlannedQuote:
    """What a new post of ours quotes. *approved*: nobody needs to be asked."""

    quoted: PostView
    approved: bool
    told: tuple[int, ...]
    """Who must be able to see the quoting post, to answer for it, although it does not name them."""


async def quotable(node: Node, author_id: int, quoted_id: int | None) -> PostView | None:
    """The post to quote, if one is; of a boost, what it boosts. Raises NotFound when the author does not see it, Invalid when it may not be quoted."""
    if quoted_id is None:
        return None
    found = await posts.post(node, author_id, quoted_id)
    quoted = found.boost_of or found
    if quoted.quotable == "denied":
        raise Invalid("Validation failed: Its author does not let you quote this post")
    return quoted


def planned(
    author_id: int, quoted: PostView | None, visibility: VisibilityName, named: Collection[int], *, local_only: bool
) -> PlannedQuote | None:
    """How a quote by a post with this audience is approved. Raises Invalid where the author would have to be asked, and the asking would tell too much."""
    if quoted is None:
        return None
    author = quoted.author
    if author.id == author_id:
        return PlannedQuote(quoted, approved=True, told=())
    if author.local or (local_only and quoted.quotable == "automatic"):
        needs_access = author.local and visibility == "private" and author.id not in named
        return PlannedQuote(quoted, approved=True, told=(author.id,) if needs_access else ())
    if local_only:
        raise Invalid("Validation failed: Its author would have to approve this quote, and a company post never leaves")
    if visibility == "direct" and author.id not in named:
        raise Invalid(
            "Validation failed: Its author would have to approve this quote; name them, or write to more people"
        )
    return PlannedQuote(quoted, approved=False, told=() if author.id in named else (author.id,))


async def attach(node: Node, post_id: int, author_id: int, visibility: VisibilityName, quote: PlannedQuote) -> None:
    """Write down what a new post of ours quotes, and ask its author where it is another node's."""
    quote_id = node.ids.next()
    quoted = quote.quoted
    ours = quoted.author.local and quoted.author.id != author_id
    request_uri = "" if quote.approved else node.uri(f"/activities/{quote_id}")
    await _insert(
        node, quote_id, post_id, quoted.uri, quoted.id, quoted.author.id,
        state="accepted" if quote.approved else "pending",
        approval_uri=stamp_uri(node, quoted.author.username, quote_id) if quote.approved and ours else "",
        request_uri=request_uri,
    )  # fmt: skip
    if not quote.approved:
        await events.record(node, events.QuoteRequested(author_id, post_id, quoted.author.id, quoted.uri, request_uri))
        return
    await _count(node, quoted.id, 1)
    if ours and visibility != "direct":
        await notify(node, "quote", [quoted.author.id], author_id, post_id)


async def set_policy(node: Node, account_id: int, post_id: int, policy: QuotePolicyName) -> None:
    """Who may quote the post from now on; quotes that were approved stay so. Raises NotFound for somebody else's post, Invalid for no such policy."""
    if policy not in POLICIES:
        raise Invalid("Validation failed: Quote policy is one of public, followers, nobody")
    post = await posts.post(node, account_id, post_id)
    if not may_change(account_id, post) or post.boost_of is not None:
        raise NotFound
    kept = kept_policy(policy, post.visibility)
    if kept == post.quote_policy:
        return
    async with node.database.transaction():
        await node.database.execute("UPDATE post SET quote_policy = ? WHERE id = ?", kept, post_id)
        streams.tell(node, streams.Signal("edit", post_id))
        if not post.local_only:
            await events.record(node, events.PostRefreshed(account_id, post_id))


async def revoke(node: Node, account_id: int, post_id: int, quoting_id: int) -> None:
    """Take the own post back out of a post that quotes it. Raises NotFound when there is no such quote, Refused for somebody else's post."""
    post = await posts.post(node, account_id, post_id)
    if not may_change(account_id, post):
        raise Refused("Only the author of the quoted post may do this")
    await posts.post(node, account_id, quoting_id)
    quote = await quote_of(node, quoting_id)
    if quote is None or quote["quoted_id"] != post_id or quote["state"] not in {"accepted", "pending", "revoked"}:
        raise NotFound
    async with node.database.transaction():
        if await settle(node, quote, "revoked") and quote["approval_uri"] and not quote["local_only"]:
            await events.record(
                node, events.QuoteRevoked(account_id, quoting_id, post_id, quote["author_id"], quote["approval_uri"])
            )


# ── what comes from other nodes ───────────────────────────────────────────────────────────────────


async def receive(node: Node, post_id: int, author_id: int, post: RemotePost, depth: int = 0) -> None:
    """Write down what another node's post quotes: accepted at once where its author quotes themselves, else pending."""
    if post.quote_uri is None:
        return
    quoted = await _known(node, post.quote_uri)
    quoted_id, quoted_author = (quoted["id"], quoted["author_id"]) if quoted else (None, None)
    accepted = quoted_author == author_id
    await _insert(
        node, node.ids.next(), post_id, post.quote_uri, quoted_id, quoted_author,
        state="accepted" if accepted else "pending", approval_uri=post.quote_authorization_uri or "",
    )  # fmt: skip
    if accepted and quoted_id is not None:
        await _count(node, quoted_id, 1)
    elif _worth_asking(node, post) and depth < MAX_DEPTH:
        await jobs.enqueue(node, "verify_quote", {"post_id": post_id, "depth": depth})


async def receive_change(node: Node, post_id: int, author_id: int, post: RemotePost) -> None:
    """An edit may quote something else, or show an approval that was not there, or show none any more."""
    quote = await quote_of(node, post_id)
    if quote is None or quote["quoted_uri"] != post.quote_uri:
        if quote is not None:
            await let_go(node, post_id)
        await receive(node, post_id, author_id, post)
        return
    shown = post.quote_authorization_uri or ""
    if shown == quote["approval_uri"] or quote["quoted_account_id"] == author_id or _is_ours(node, quote["quoted_uri"]):
        return
    await settle(node, quote, "pending", approval_uri=shown)
    if shown:
        await jobs.enqueue(node, "verify_quote", {"post_id": post_id, "depth": 0})


async def receive_request(
    node: Node, quoted: PostView, quoter_id: int, instrument_uri: str, uri: str, *, allowed: bool
) -> None:
    """Answer another node's request to quote one of our posts. What was taken back stays so. Raises Refused when the post does not quote what is asked."""
    post_id = await posts.id_of_uri(node, instrument_uri)
    quote = None if post_id is None else await quote_of(node, post_id)
    async with node.database.transaction():
        if not allowed or (quote is not None and quote["state"] == "revoked"):
            if quote is not None and quote["state"] == "pending":
                await settle(node, quote, "rejected")
            await events.record(
                node, events.QuoteRejected(quoted.author.id, quoter_id, quoted.uri, instrument_uri, uri)
            )
            return
        if quote is None or quote["author_id"] != quoter_id or quote["quoted_id"] != quoted.id:
            raise Refused("The post that is to quote does not quote this one")
        stamp = stamp_uri(node, quoted.author.username, quote["id"])
        if await settle(node, quote, "accepted", approval_uri=stamp, request_uri=uri):
            await notify(node, "quote", [quoted.author.id], quoter_id, quote["post_id"])
        await events.record(
            node, events.QuoteAccepted(quoted.author.id, quoter_id, quoted.uri, instrument_uri, uri, stamp)
        )


async def receive_answer(node: Node, post_id: int, approval_uri: str) -> None:
    """The quoted author's node answered what our post asked: with a stamp, or with "" for no. A no after a yes takes the approval back."""
    quote = await quote_of(node, post_id)
    if quote is None:
        raise NotFound
    if approval_uri:
        if quote["state"] == "pending":
            await settle(node, quote, "accepted", approval_uri=approval_uri)
        return
    await settle(node, quote, "revoked" if quote["state"] in {"accepted", "revoked"} else "rejected")


async def receive_revocation(node: Node, stamp: str, actor_id: int) -> None:
    """Another node's author takes a stamp back. Raises Refused when it is not theirs; says nothing of a stamp that is not known."""
    rows = await node.database.rows("SELECT post_id, quoted_account_id FROM quote WHERE approval_uri = ?", stamp)
    for row in rows:
        quote = await quote_of(node, row["post_id"])
        if quote is None or _is_ours(node, quote["quoted_uri"]):
            continue
        if row["quoted_account_id"] not in {actor_id, None}:
            raise Refused("Only the quoted author may take an approval back")
        await settle(node, quote, "revoked")


async def found(node: Node, quote: Row, quoted_id: int) -> None:
    """The quoted post is known now."""
    author = await node.database.value("SELECT author_id FROM post WHERE id = ?", quoted_id)
    await node.database.execute(
        "UPDATE quote SET quoted_id = ?, quoted_account_id = ? WHERE id = ? AND quoted_id IS NULL",
        quoted_id, author, quote["id"],
    )  # fmt: skip


async def settle(
    node: Node, quote: Row, state: str, *, approval_uri: str | None = None, request_uri: str | None = None
) -> bool:
    """Whether *quote* (a row as `quote_of` answers it) changed to *state*: counted, shown anew here, and told to whoever has the post, where it is ours."""
    if quote["state"] == state and approval_uri in {None, quote["approval_uri"]}:
        return False
    async with node.database.transaction():
        changed = await node.database.execute(
            "UPDATE quote SET state = ?, approval_uri = ?, request_uri = ? WHERE id = ? AND state = ?",
            state,
            quote["approval_uri"] if approval_uri is None else approval_uri,
            quote["request_uri"] if request_uri is None else request_uri,
            quote["id"],
            quote["state"],
        )
        if not changed:
            return False
        step = (state == "accepted") - (quote["state"] == "accepted")
        if step and quote["quoted_id"] is not None:
            await _count(node, quote["quoted_id"], step)
        streams.tell(node, streams.Signal("edit", quote["post_id"]))
        if not quote["host"] and not quote["local_only"]:
            await events.record(node, events.PostRefreshed(quote["author_id"], quote["post_id"]))
    return True


# ── beside other verbs ────────────────────────────────────────────────────────────────────────────


async def let_go(node: Node, post_id: int) -> None:
    """The post quotes nothing any more; it is deleted, or was changed."""
    quote = await quote_of(node, post_id)
    if quote is None:
        return
    if quote["state"] == "accepted" and quote["quoted_id"] is not None:
        await _count(node, quote["quoted_id"], -1)
    await node.database.execute("DELETE FROM quote WHERE id = ?", quote["id"])


async def tell_of_edit(node: Node, post_id: int, author_id: int) -> None:
    """Tell our people whose posts quote this one that it says something else now."""
    rows = await node.database.rows(
        "SELECT q.post_id, p.author_id FROM quote q JOIN post p ON p.id = q.post_id JOIN local_user u ON u.account_id = p.author_id"
        " WHERE q.quoted_id = ? AND q.state = 'accepted' AND p.deleted_at IS NULL",
        post_id,
    )
    for row in rows:
        await notify(node, "quoted_update", [row["author_id"]], author_id, row["post_id"])


def stamp_uri(node: Node, username: str, quote_id: int) -> str:
    return node.uri(f"/users/{username}/quote_authorizations/{quote_id}")


def _is_ours(node: Node, uri: str) -> bool:
    return same_origin(uri, node.uri("/"), allow_http=node.settings.development)


def _worth_asking(node: Node, post: RemotePost) -> bool:
    """Whether a fetch could show an approval: never of our own posts, and without a stamp only where the author may be quoting themselves."""
    if post.quote_uri is None or _is_ours(node, post.quote_uri):
        return False
    own = same_origin(post.quote_uri, post.author_uri, allow_http=node.settings.development)
    return own or post.quote_authorization_uri is not None


async def _known(node: Node, uri: str) -> Row | None:
    number = await posts.id_at(node, uri)
    row = (
        None
        if number is None
        else await node.database.row("SELECT id, author_id, boost_of_id FROM post WHERE id = ?", number)
    )
    return row if row is not None and row["boost_of_id"] is None else None


async def _insert(
    node: Node,
    quote_id: int,
    post_id: int,
    quoted_uri: str,
    quoted_id: int | None,
    quoted_account_id: int | None,
    *,
    state: str,
    approval_uri: str = "",
    request_uri: str = "",
) -> None:
    await node.database.insert(
        "quote",
        {
            "id": quote_id, "post_id": post_id, "quoted_id": quoted_id, "quoted_uri": quoted_uri, "quoted_account_id": quoted_account_id,
            "state": state, "request_uri": request_uri, "approval_uri": approval_uri, "created_at": to_ms(node.clock.now()),
        },
        if_absent="post_id",
    )  # fmt: skip


async def _count(node: Node, post_id: int, step: int) -> None:
    await node.database.execute(
        "UPDATE post SET quotes_count = CASE WHEN quotes_count + ? > 0 THEN quotes_count + ? ELSE 0 END WHERE id = ?",
        step, step, post_id,
    )  # fmt: skip
