"""Posts from other nodes, once they were proved to be their author's: keep, edit, delete. The rows are those of `posting`, as for our own.

Called by `federation.activities` inside the worker's transaction, and by `resolve` for what was fetched. Speaks to no other host: whom a post names
must be known by then, and who is not stays unnamed.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fediverse.actions import conversations, poll_rows, posting, quotes, threads
from fediverse.actions.emoji import remember_emoji
from fediverse.activitystreams.objects import RemotePost, visibility_of
from fediverse.activitystreams.values import PUBLIC
from fediverse.clock import to_ms
from fediverse.database.database import Row, marks
from fediverse.errors import Refused
from fediverse.node import Node
from fediverse.policy.content import MAX_MENTIONS, reply_audience
from fediverse.policy.hosts import origin_of
from fediverse.policy.quotes import policy_of
from fediverse.policy.visibility import VisibilityName, group_visibility
from fediverse.queries import accounts, groups, posts
from fediverse.queries.bare import bare_post_view
from fediverse.queries.load import EVERYTHING, post_views
from fediverse.queries.views import AccountView, PostGroup, PostView
from fediverse.streams import Signal, tell

MAX_REMOTE_MEDIA = 16
_FRESH = timedelta(hours=1)


async def receive(
    node: Node, post: RemotePost, author_id: int, quote_depth: int = 0, group: PostGroup | None = None
) -> int | None:
    """The id of the post, new or known already; None when it was deleted before it came. *quote_depth*: how many quotes led to it.

    *group*: the group that it stands in, which the caller has made sure of.

    Raises Refused for a vote, when the URI belongs to another author, or when the author answers a post that the author cannot see.
    """
    if post.looks_like_vote:
        raise Refused("a vote is no post")
    standing = await _standing_of(node, post.uri)
    if standing.post is not None:
        if standing.post["author_id"] != author_id:
            raise Refused("this id belongs to another author's post")
        return None if standing.post["deleted_at"] is not None else standing.post["id"]
    if standing.deleted:
        return None
    author = await accounts.account(node, None, author_id)
    parent = await _parent(node, post, author_id, group)
    visibility = _visibility(post, author, parent, group)
    now = node.clock.now()
    created_at = min(post.published or now, now)
    post_id = node.ids.next() if now - created_at < _FRESH else node.ids.at(created_at)
    await remember_emoji(node, author.domain, post.emojis)
    if node.batch is not None and post.quote_uri is not None:
        await node.batch.write(node.database)  # what it quotes may have come with the batch
    async with node.database.transaction():
        written = await posting.insert_post(
            node,
            posting.NewPost(
                id=post_id,
                uri=post.uri,
                url=post.url or post.uri,
                author_id=author_id,
                visibility=visibility,
                created_at=created_at,
                kind=post.kind,
                title=post.title,
                content=post.content_html,
                summary=post.summary,
                sensitive=post.sensitive,
                language=post.language or "",
                reply_to_id=parent.id if parent else None,
                reply_to_uri=post.in_reply_to or "",
                reply_to_account_id=parent.author.id if parent else None,
                root_id=parent.root_id if parent else None,
                group_id=group.account.id if group else None,
                mentions=await _mentioned(node, post, group),
                tags=post.hashtags,
                remote_media=_media(post),
                emojis=tuple((shortcode, author.domain) for shortcode, _url, _still in post.emojis),
                poll=poll_rows.told(post.poll, now) if post.poll else None,
                quote_policy=_quote_policy(post, author),
            ),
            later=_may_wait(node, post, parent, visibility, group),
        )
        if written:
            await quotes.receive(node, post_id, author_id, post, quote_depth)
        if written and standing.waiting_replies:
            await _adopt(node, standing.waiting_replies, post_id, author_id, parent.root_id if parent else post_id)
    return post_id if written else await posts.id_of_uri(node, post.uri)


def _may_wait(
    node: Node, post: RemotePost, parent: PostView | None, visibility: VisibilityName, group: PostGroup | None
) -> bool:
    """Whether the row may be written with the batch: nothing in it names the post or looks for who waits for it, and nothing that is written at once hangs
    on it.
    """
    waits_for_another = post.in_reply_to and parent is None
    hangs_on_it = post.poll or post.quote_uri or post.attachments or visibility == "direct" or group
    return node.batch is not None and post.uri in node.batch.alone and not (waits_for_another or hangs_on_it)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of a URI before its post comes: the row of that very post, that it was deleted, the answers that came earlier."""

    post: Row | None
    deleted: bool
    waiting_replies: tuple[int, ...]


async def remember_for_batch(node: Node, uris: Sequence[str], named: Collection[str]) -> None:
    """Ask once which of the posts that the batch brings nobody has heard of: most of them. *named*: what else its activities name."""
    wanted = list(dict.fromkeys(uris))
    if node.batch is None or not wanted:
        return
    listed = marks(wanted)
    rows = await node.database.rows(
        f"SELECT uri FROM post WHERE uri IN ({listed}) UNION ALL SELECT uri FROM tombstone WHERE uri IN ({listed})"
        f" UNION ALL SELECT reply_to_uri FROM post WHERE reply_to_uri IN ({listed}) AND reply_to_id IS NULL AND deleted_at IS NULL",
        *wanted, *wanted, *wanted,
    )  # fmt: skip
    node.batch.unheard_of |= set(wanted) - {row["uri"] for row in rows}
    times = Counter(uris)
    node.batch.alone |= {uri for uri in node.batch.unheard_of if times[uri] == 1 and uri not in named}


async def _standing_of(node: Node, uri: str) -> _Standing:
    """In one query, since every post that comes in asks for it."""
    if node.batch is not None and uri in node.batch.unheard_of:
        return _Standing(None, False, ())
    rows = await node.database.rows(
        "SELECT 'post' AS what, id, author_id, deleted_at FROM post WHERE uri = ?"
        " UNION ALL SELECT 'tombstone', 0, 0, deleted_at FROM tombstone WHERE uri = ?"
        " UNION ALL SELECT 'reply', id, author_id, deleted_at FROM post WHERE reply_to_uri = ? AND reply_to_id IS NULL AND deleted_at IS NULL",
        uri, uri, uri,
    )  # fmt: skip
    return _Standing(
        post=next((row for row in rows if row["what"] == "post"), None),
        deleted=any(row["what"] == "tombstone" for row in rows),
        waiting_replies=tuple(row["id"] for row in rows if row["what"] == "reply"),
    )


async def receive_edit(node: Node, post: RemotePost, author_id: int) -> None:
    """Replace what a known post says, if the edit is newer. The audience stays as it was, whatever the edit says.

    A poll that only tells how it stands now is no edit, nor is word that a quote is approved. An edit of a post that we never kept changes nothing. Raises Refused for another author's post.
    """
    before = await _known_post(node, post.uri)
    if before is None:
        return
    if before.author.id != author_id:
        raise Refused("only its author may change a post")
    updated = post.updated or node.clock.now()
    is_older = before.edited_at is not None and updated <= before.edited_at
    if before.edited_at is None or updated >= before.edited_at:
        await _refresh_quote(node, before, post)
    undated = post.poll is not None or post.updated is None
    if is_older or (undated and _says_the_same(before, post)):
        await _refresh_poll(node, before, post)
        return
    await remember_emoji(node, before.author.domain, post.emojis)
    async with node.database.transaction():
        await posting.keep_history(node, before)
        await node.database.execute(
            "UPDATE post SET kind = ?, content = ?, title = ?, summary = ?, sensitive = ?, language = ?, emojis = ?, edited_at = ? WHERE id = ?",
            post.kind, post.content_html, post.title, post.summary, post.sensitive, post.language or "",
            posting.emoji_json([(shortcode, before.author.domain) for shortcode, _url, _still in post.emojis]),
            to_ms(min(updated, node.clock.now())), before.id,
        )  # fmt: skip
        await _replace_media(node, before, post)
        await _replace_poll(node, before, post)
        mentioned = list(await _mentioned(node, post)) if before.visibility in {"public", "unlisted"} else []
        await posting.replace_mentions_and_tags(node, before, mentioned, post.hashtags)
        await posting.index_text(node, before.id, post.title, post.summary, post.content_html)
        tell(node, Signal("edit", before.id))
        await quotes.tell_of_edit(node, before.id, author_id)


def _says_the_same(before: PostView, post: RemotePost) -> bool:
    """Some software (Mastodon among it) tells new counts of a poll, or that a quote is approved, with the date of the last edit, or with none."""
    said = (
        before.title,
        before.content,
        before.summary,
        before.sensitive,
        {media.remote_url for media in before.media},
    )
    says = (post.title, post.content_html, post.summary, post.sensitive, {media.remote_url for media in _media(post)})
    return said == says and _offers_the_same(before, post)


def _offers_the_same(before: PostView, post: RemotePost) -> bool:
    if before.poll is None or post.poll is None:
        return before.poll is None and post.poll is None
    offered = tuple(option.title for option in before.poll.options)
    return offered == tuple(title for title, _votes in post.poll.options) and before.poll.multiple == post.poll.multiple


async def _refresh_quote(node: Node, before: PostView, post: RemotePost) -> None:
    """What it quotes, with whose approval, and who may quote it: told without an edit, too."""
    async with node.database.transaction():
        await node.database.execute(
            "UPDATE post SET quote_policy = ? WHERE id = ?", _quote_policy(post, before.author), before.id
        )
        await quotes.receive_change(node, before.id, before.author.id, post)


def _quote_policy(post: RemotePost, author: AccountView) -> str:
    return policy_of(post.quote_approvers.automatic, post.quote_approvers.manual, PUBLIC, author.followers_url)


async def _refresh_poll(node: Node, before: PostView, post: RemotePost) -> None:
    if post.poll is not None and before.poll is not None and _offers_the_same(before, post):
        async with node.database.transaction():
            await poll_rows.replace(node, before.poll, poll_rows.told(post.poll, node.clock.now()))


async def _replace_poll(node: Node, before: PostView, post: RemotePost) -> None:
    """Other choices end what was voted so far; a Question that became a Note asks nothing any more."""
    if post.poll is None:
        await poll_rows.remove(node, before.id)
    elif before.poll is None:
        await poll_rows.insert(node, before.id, poll_rows.told(post.poll, node.clock.now()))
    else:
        await poll_rows.replace(node, before.poll, poll_rows.told(post.poll, node.clock.now()))


async def receive_delete(node: Node, uri: str, actor_id: int) -> None:
    """Take a post down for its author; remember the URI, so that a Create that comes later finds it gone. Raises Refused for another's."""
    known = await _known_post(node, uri)
    if known is not None and known.author.id != actor_id:
        raise Refused("only its author may delete a post")
    await take_out(node, uri)


def _visibility(
    post: RemotePost, author: AccountView, parent: PostView | None, group: PostGroup | None
) -> VisibilityName:
    if group is not None:
        return group_visibility(group.access)
    visibility = visibility_of(post.to, post.cc, author.followers_url or None)
    if parent is None or parent.visibility == "group":
        return visibility
    return reply_audience(visibility, False, parent.visibility, False)[0]


async def stands_in(node: Node, post_id: int, group_id: int) -> None:
    """A public post that is known already stands in the open group, which said so; its members find it there. Nothing happens to what stands in another."""
    async with node.database.transaction():
        put = await node.database.rows(
            "UPDATE post SET group_id = ? WHERE id = ? AND group_id IS NULL AND boost_of_id IS NULL AND deleted_at IS NULL"
            " AND visibility IN ('public', 'unlisted')"
            " AND EXISTS (SELECT 1 FROM group_profile gp WHERE gp.account_id = ? AND gp.access = 'open') RETURNING author_id, reply_to_id",
            group_id, post_id, group_id,
        )  # fmt: skip
        if not put:
            return
        await node.database.execute("UPDATE account SET posts_count = posts_count + 1 WHERE id = ?", group_id)
        if put[0]["reply_to_id"] is None:
            await node.database.execute(
                "INSERT INTO home_entry (account_id, post_id) SELECT f.follower_id, CAST(? AS BIGINT) FROM follow f"
                " JOIN local_user u ON u.account_id = f.follower_id WHERE f.target_id = ? AND f.state = 'accepted'"
                " ON CONFLICT (account_id, post_id) DO NOTHING",
                post_id, group_id,
            )  # fmt: skip


async def take_out(node: Node, uri: str) -> None:
    """The post is gone for everybody and does not come back, for its author's sake or since a moderator took it out of its group. Who may was asked before."""
    known = await _known_post(node, uri)
    async with node.database.transaction():
        if known is not None:
            await posting.take_down(node, known.id, known.reply_to_id)
        await node.database.insert(
            "tombstone",
            {
                "uri": uri,
                "origin": origin_of(uri, allow_http=node.settings.development),
                "former_type": known.kind if known else "",
                "deleted_at": to_ms(node.clock.now()),
            },
            if_absent="uri",
        )


async def _parent(node: Node, post: RemotePost, author_id: int, group: PostGroup | None) -> PostView | None:
    """What the post answers, if we know it. Raises Refused when the author of the answer cannot see it, it stays on this node, or it is for a group's
    members and the answer is not: an answer never widens an audience, whoever sends it.
    """
    if not post.in_reply_to:
        return None
    found = await bare_post_view(node, author_id, "uri", post.in_reply_to)
    known = found is not None or await posts.id_of_uri(node, post.in_reply_to) is not None
    if known and (found is None or found.local_only):
        raise Refused("what this answers is not visible to its author")
    if found is not None and found.visibility == "group" and (group is None or found.group_id != group.account.id):
        raise Refused("what this answers is for the members of a group, and the answer is not")
    return found


async def _known_post(node: Node, uri: str) -> PostView | None:
    post_id = await posts.id_of_uri(node, uri)
    found = await post_views(node, None, [post_id], EVERYTHING) if post_id is not None else []
    return found[0] if found else None


async def _mentioned(node: Node, post: RemotePost, group: PostGroup | None = None) -> tuple[tuple[int, bool], ...]:
    """Known accounts that the post is addressed to; silent when it does not name them. A name without an address gives nobody access, and in a group
    that is not open nobody is told who is no member.
    """
    addressed = list(dict.fromkeys([*post.to, *post.cc]))[:MAX_MENTIONS]
    named = {href for href, _name in post.mentions}
    known = await accounts.ids_of_uris(node, addressed)
    if group is not None and group.access != "open":
        members = await groups.who_are_members(node, group.account.id, list(known.values()))
        known = {uri: number for uri, number in known.items() if number in members and uri in named}
    return tuple((account_id, uri not in named) for uri, account_id in known.items())


def _media(post: RemotePost) -> tuple[posting.NewMedia, ...]:
    return tuple(
        posting.NewMedia(
            remote_url=attachment.url,
            media_type=attachment.media_type or "application/octet-stream",
            alt=attachment.alt or "",
            blurhash=attachment.blurhash or "",
            width=attachment.width,
            height=attachment.height,
            focus=attachment.focus or (0.0, 0.0),
        )
        for attachment in post.attachments[:MAX_REMOTE_MEDIA]
    )


async def _replace_media(node: Node, before: PostView, post: RemotePost) -> None:
    """Attachments that are still there keep their id; new ones are added, missing ones are let go (the history still shows them)."""
    known = {media.remote_url: media for media in before.media}
    wanted = _media(post)
    for position, media in enumerate(wanted):
        if media.remote_url in known:
            await node.database.execute(
                "UPDATE media SET alt = ?, position = ? WHERE id = ?", media.alt, position, known[media.remote_url].id
            )
    urls = {media.remote_url for media in wanted}
    for url, view in known.items():
        if url not in urls:
            await node.database.execute("UPDATE media SET post_id = NULL WHERE id = ?", view.id)
    await posting.add_remote_media(
        node, before.id, before.author.id, [media for media in wanted if media.remote_url not in known]
    )


async def _adopt(node: Node, replies: Sequence[int], post_id: int, author_id: int, root_id: int) -> None:
    """Answers that came before what they answer find their place now."""
    for reply_id in replies:
        await node.database.execute(
            "UPDATE post SET reply_to_id = ?, reply_to_account_id = ? WHERE id = ?", post_id, author_id, reply_id
        )
        await node.database.execute("UPDATE post SET root_id = ? WHERE root_id = ?", root_id, reply_id)
        await threads.move(node, reply_id, root_id)
        await conversations.move(node, reply_id, root_id)
    await node.database.execute("UPDATE post SET replies_count = replies_count + ? WHERE id = ?", len(replies), post_id)
