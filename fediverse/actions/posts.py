"""Publish, edit and delete: what our own people do with their posts. What comes from other nodes is in `received`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from fediverse import events
from fediverse.actions import attaching, group_posts, planning, poll_rows, posting, quotes, resolve
from fediverse.actions import mentions as mentioning
from fediverse.clock import to_ms
from fediverse.database.database import marks
from fediverse.errors import Invalid, NotFound, Refused
from fediverse.node import Node
from fediverse.policy import polls
from fediverse.policy.content import MAX_ALT_CHARACTERS, MAX_MEDIA, MAX_SUMMARY_CHARACTERS, check_length
from fediverse.policy.permissions import may_change
from fediverse.policy.polls import PollDraft
from fediverse.policy.quotes import QuotePolicyName, kept_policy
from fediverse.policy.visibility import ChosenVisibility
from fediverse.queries import accounts, posts
from fediverse.queries.views import PostView, UserView
from fediverse.streams import Signal, tell
from fediverse.text.mentions import count_characters
from fediverse.text.sanitise import without_unusable

SourceFormat = Literal["plain", "markdown"]
_KEY_LIFETIME_MS = 3600 * 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """A post as a door read it: from a client, a page, or client-to-server. None means: as the author's preferences say.

    *group_id*: the group to post in. Naming a group in the text, or answering what stands in one, posts in it as well.
    """

    text: str
    summary: str = ""
    sensitive: bool | None = None
    language: str = ""
    visibility: ChosenVisibility | None = None
    local_only: bool | None = None
    reply_to_id: int | None = None
    group_id: int | None = None
    media_ids: tuple[int, ...] = ()
    source_format: SourceFormat = "plain"
    application_id: int | None = None
    poll: PollDraft | None = None
    quoted_id: int | None = None
    quote_policy: QuotePolicyName | None = None


@dataclass(frozen=True, slots=True)
class MediaChange:
    alt: str | None = None
    focus: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class PostChange:
    """An edit; None leaves a value as it is. *media*: changes by attachment id. *without_poll* takes the poll away, and the votes with it."""

    text: str
    summary: str = ""
    sensitive: bool | None = None
    language: str | None = None
    media_ids: tuple[int, ...] | None = None
    media: Mapping[int, MediaChange] | None = None
    poll: PollDraft | None = None
    without_poll: bool = False
    quote_policy: QuotePolicyName | None = None


async def publish(
    node: Node, author_id: int, draft: Draft, idempotency_key: str = "", scheduled_id: int | None = None
) -> int:
    """The id of the new post; of the earlier one when *idempotency_key* was used within the hour.

    *scheduled_id*: the post for later that this is; it stops being one in the same transaction. Raises NotFound for a reply to what the author cannot
    see, and when the post for later was cancelled, moved or published meanwhile; Invalid for a text, attachment or poll that cannot be.
    """
    known = await answered_before(node, author_id, idempotency_key)
    if known is not None:
        return known
    user = await accounts.user(node, author_id)
    parent, poll = await check_draft(node, user, draft, scheduled_id)
    text = without_unusable(draft.text)
    planned = await planning.plan(node, user, draft, text, parent, resolve.account_by_handle)
    visibility, quote = planned.audience.visibility, planned.quote
    post_id = node.ids.next()
    post = posting.NewPost(
        id=post_id,
        uri=node.uri(f"/users/{user.username}/posts/{post_id}"),
        url=node.uri(f"/@{user.username}/{post_id}"),
        author_id=author_id,
        visibility=visibility,
        local_only=planned.audience.local_only,
        created_at=node.clock.now(),
        content=planned.written.html,
        source=text,
        source_format=draft.source_format,
        summary=without_unusable(draft.summary),
        sensitive=draft.sensitive if draft.sensitive is not None else user.default_sensitive or bool(draft.summary),
        language=draft.language or user.default_language or user.locale or node.settings.locale,
        reply_to_id=parent.id if parent else None,
        reply_to_uri=parent.uri if parent else "",
        reply_to_account_id=parent.author.id if parent else None,
        root_id=parent.root_id if parent else None,
        group_id=planned.group.id if planned.group else None,
        application_id=draft.application_id,
        mentions=planned.mentions,
        tags=planned.written.tags,
        media_ids=draft.media_ids,
        emojis=await mentioning.emojis_in(node, " ".join((text, draft.summary, *_options(poll)))),
        kind="Question" if poll else "Note",
        poll=poll_rows.drafted(poll, node.clock.now()) if poll else None,
        quote_policy=kept_policy(draft.quote_policy or user.default_quote_policy, visibility),
    )
    async with node.database.transaction():
        if scheduled_id is not None:
            await _take_from_schedule(node, author_id, scheduled_id)
        if idempotency_key and not await claim_key(node, author_id, idempotency_key, post_id):
            return await publish(node, author_id, draft, idempotency_key)
        await posting.insert_post(node, post)
        await events.record(node, events.PostPublished(author_id, post_id))
        if quote is not None:
            await quotes.attach(node, post_id, author_id, visibility, quote)
    return post_id


async def edit(node: Node, author_id: int, post_id: int, change: PostChange) -> None:
    """Replace what a post says; what it said stays in its history. The audience never changes. Raises as `publish` does."""
    before = await _own_post(node, author_id, post_id)
    if before.boost_of is not None:
        raise NotFound  # a boost has no words of its own
    if before.group is not None:
        await group_posts.require_members_allowed(node, before.group.account)
    media_ids = tuple(media.id for media in before.media) if change.media_ids is None else change.media_ids
    poll = None if change.poll is None else polls.checked(change.poll)
    has_poll = poll is not None or (before.poll is not None and not change.without_poll)
    await _check(
        node, author_id, change.text, change.summary, media_ids,
        post_id=post_id, has_poll=has_poll, quotes_something=before.quote is not None,
    )  # fmt: skip
    text = without_unusable(change.text)
    written = await mentioning.write(node, author_id, text, before.source_format)
    summary = without_unusable(change.summary)
    kept_options = [option.title for option in before.poll.options] if before.poll else []
    emojis = await mentioning.emojis_in(node, " ".join((text, summary, *(_options(poll) or kept_options))))
    async with node.database.transaction():
        await posting.keep_history(node, before)
        await node.database.execute(
            "UPDATE post SET content = ?, source = ?, summary = ?, sensitive = ?, language = ?, emojis = ?, edited_at = ? WHERE id = ?",
            written.html, text, summary, before.sensitive if change.sensitive is None else change.sensitive,
            before.language if change.language is None else change.language, posting.emoji_json(emojis), to_ms(node.clock.now()), post_id,
        )  # fmt: skip
        await node.database.execute(
            f"UPDATE media SET post_id = NULL WHERE post_id = ? AND id NOT IN ({marks(media_ids) or '0'})",
            post_id,
            *media_ids,
        )
        await posting.attach_media(node, post_id, author_id, media_ids)
        for media_id, media in (change.media or {}).items():
            await _describe(node, post_id, media_id, media)
        await _change_poll(node, before, change, poll)
        await posting.replace_mentions_and_tags(
            node, before, _addressed_by_edit(before, written.mentioned), written.tags
        )
        await posting.index_text(node, post_id, before.title, summary, written.html)
        tell(node, Signal("edit", post_id))
        await quotes.tell_of_edit(node, post_id, author_id)
        if change.quote_policy is not None:
            await quotes.set_policy(node, author_id, post_id, change.quote_policy)
        await events.record(node, events.PostEdited(author_id, post_id))


async def _change_poll(node: Node, before: PostView, change: PostChange, poll: PollDraft | None) -> None:
    if poll is not None:
        fresh = poll_rows.drafted(poll, node.clock.now())
        if before.poll is None:
            await poll_rows.insert(node, before.id, fresh)
        else:
            await poll_rows.replace(node, before.poll, fresh)
    elif change.without_poll:
        await poll_rows.remove(node, before.id)
    else:
        return
    kind = "Note" if poll is None else "Question"
    await node.database.execute("UPDATE post SET kind = ? WHERE id = ?", kind, before.id)


def _addressed_by_edit(before: PostView, named: Sequence[int]) -> list[tuple[int, bool]]:
    """Whom an edit addresses anew: nobody where not everybody saw the post, or it would hand them what was said before as well."""
    return [(account_id, False) for account_id in named] if before.visibility in {"public", "unlisted"} else []


async def delete(node: Node, account_id: int, post_id: int, *, with_media: bool = False) -> None:
    """Take the author's own post down, everywhere it went. Its files can stand in a new one for a day, unless they go *with_media*."""
    post = await _own_post(node, account_id, post_id)
    async with node.database.transaction():
        await posting.take_down(node, post_id, post.reply_to_id)
        await node.database.insert(
            "tombstone",
            {
                "uri": post.uri,
                "origin": node.settings.origin,
                "former_type": post.kind,
                "deleted_at": to_ms(node.clock.now()),
            },
            if_absent="uri",
        )
        if post.boost_of is not None:
            await _count_boost_down(node, post.boost_of.id)
            await events.record(
                node, events.BoostUndone(account_id, post_id, post.uri, post.boost_of.uri, post.boost_of.author.id)
            )
        else:
            named = [mention.account_id for mention in post.mentions]
            await events.record(
                node, events.PostDeleted(account_id, post_id, post.uri, post.kind, post.visibility, named)
            )
    if with_media:
        await attaching.forget(node, post_id)


async def _count_boost_down(node: Node, post_id: int) -> None:
    await node.database.execute(
        "UPDATE post SET boosts_count = CASE WHEN boosts_count > 0 THEN boosts_count - 1 ELSE 0 END WHERE id = ?",
        post_id,
    )


async def _own_post(node: Node, account_id: int, post_id: int) -> PostView:
    post = await posts.post(node, account_id, post_id)
    if not may_change(account_id, post):
        raise NotFound
    return post


async def check_draft(
    node: Node, user: UserView, draft: Draft, scheduled_id: int | None = None
) -> tuple[PostView | None, PollDraft | None]:
    """What *draft* answers, and its poll as it will be kept. Raises Refused, NotFound or Invalid for what cannot be published at this moment."""
    if user.disabled or user.suspended:
        raise Refused("This account is disabled; ask your administrator")
    parent = await answered(node, user.account_id, draft.reply_to_id)
    poll = None if draft.poll is None else polls.checked(draft.poll)
    quoted = await quotes.quotable(node, user.account_id, draft.quoted_id)
    await _check(
        node, user.account_id, draft.text, draft.summary, draft.media_ids,
        post_id=None, has_poll=poll is not None, scheduled_id=scheduled_id, quotes_something=quoted is not None,
    )  # fmt: skip
    return parent, poll


def _options(poll: PollDraft | None) -> tuple[str, ...]:
    return poll.options if poll else ()


async def _take_from_schedule(node: Node, author_id: int, scheduled_id: int) -> None:
    """In the transaction that publishes it: so it is published once, whatever is killed when."""
    taken = await node.database.rows(
        "DELETE FROM scheduled_post WHERE id = ? AND account_id = ? AND due_at <= ? RETURNING id",
        scheduled_id, author_id, to_ms(node.clock.now()),
    )  # fmt: skip
    if not taken:
        raise NotFound
    await node.database.execute("UPDATE media SET scheduled_id = NULL WHERE scheduled_id = ?", scheduled_id)


async def answered(node: Node, author_id: int, reply_to_id: int | None) -> PostView | None:
    """What a draft answers; of a boost, what it boosts. Raises NotFound."""
    if reply_to_id is None:
        return None
    parent = await posts.post(node, author_id, reply_to_id)
    return parent.boost_of or parent


async def _check(
    node: Node,
    author_id: int,
    text: str,
    summary: str,
    media_ids: tuple[int, ...],
    *,
    post_id: int | None,
    has_poll: bool,
    scheduled_id: int | None = None,
    quotes_something: bool = False,
) -> None:
    if not text.strip() and not media_ids and not has_poll and not quotes_something:
        raise Invalid("Validation failed: Text can't be blank", details={"status": [("ERR_BLANK", "can't be blank")]})
    check_length(count_characters(text) + len(summary), node.settings.max_post_characters)
    check_length(len(summary), MAX_SUMMARY_CHARACTERS)
    if len(media_ids) > MAX_MEDIA:
        raise Invalid(f"Validation failed: Cannot attach more than {MAX_MEDIA} files")
    if not media_ids:
        return
    if has_poll:
        raise Invalid("Validation failed: A post has either a poll or attachments")
    await attaching.check(node, author_id, media_ids, post_id=post_id or 0, scheduled_id=scheduled_id or 0)


async def _describe(node: Node, post_id: int, media_id: int, change: MediaChange) -> None:
    if change.alt is not None:
        await node.database.execute(
            "UPDATE media SET alt = ? WHERE id = ? AND post_id = ?",
            without_unusable(change.alt)[:MAX_ALT_CHARACTERS],
            media_id,
            post_id,
        )
    if change.focus is not None:
        await node.database.execute(
            "UPDATE media SET focus_x = ?, focus_y = ? WHERE id = ? AND post_id = ?", *change.focus, media_id, post_id
        )


async def answered_before(node: Node, account_id: int, key: str) -> int | None:
    """What an earlier request with this key made, within the hour."""
    if not key:
        return None
    since = to_ms(node.clock.now()) - _KEY_LIFETIME_MS
    found: int | None = await node.database.value(
        "SELECT post_id FROM idempotency_key WHERE account_id = ? AND key = ? AND created_at > ?",
        account_id,
        key[:255],
        since,
    )
    return found


async def claim_key(node: Node, account_id: int, key: str, post_id: int) -> bool:
    """False when another request with the same key was quicker. An old key starts anew."""
    now = to_ms(node.clock.now())
    await node.database.execute(
        "DELETE FROM idempotency_key WHERE account_id = ? AND key = ? AND created_at <= ?",
        account_id,
        key[:255],
        now - _KEY_LIFETIME_MS,
    )
    return await node.database.insert(
        "idempotency_key",
        {"id": node.ids.next(), "account_id": account_id, "key": key[:255], "post_id": post_id, "created_at": now},
        if_absent="account_id, key",
    )
