"""Posts as statuses. A boost is a status of its own that carries the original; what this API has no word for is shown as text."""

import html

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.filters import filter_result
from fediverse.mastodon.entities.groups import group_of_status
from fediverse.mastodon.entities.media import media_attachment
from fediverse.mastodon.entities.polls import poll
from fediverse.mastodon.entities.quotes import quote, quote_approval, shallow_quote
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, identifier, moment, moment_or_null, tag_url
from fediverse.queries.views import ContextView, EditView, PostView
from fediverse.text.sanitise import plain_text


def status(view: PostView, viewer: int, uri: AbsoluteUrl) -> Entity:
    """*view* as the account *viewer* sees it. Streaming renders anew for each viewer: the flags are the viewer's own."""
    original = view.boost_of
    if original is None:
        return _plain(view, viewer, uri)
    # The wrapper repeats its original, as upstream does: some clients read only one of the two.
    return _plain(original, viewer, uri) | {
        "id": str(view.id),
        "uri": view.uri,
        "url": view.url or view.uri,
        "created_at": moment(view.created_at),
        "edited_at": None,
        "account": account(view.author),
        "visibility": _visibility(view),
        "local_only": view.local_only,
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "application": None,
        "reblog": _plain(original, viewer, uri),
    }


def deleted_status(view: PostView, viewer: int, uri: AbsoluteUrl) -> Entity:
    """What the answer to a deletion holds: the status as it was, and what its author typed, to be written anew."""
    return status(view, viewer, uri) | {"text": view.source}


def source(view: PostView) -> Entity:
    return {"id": str(view.id), "text": view.source or plain_text(view.content), "spoiler_text": view.summary}


def edit(view: EditView, post: PostView) -> Entity:
    """One state of *post*."""
    return {
        "content": view.content,
        "spoiler_text": view.summary,
        "sensitive": view.sensitive,
        "created_at": moment(view.created_at),
        "account": account(post.author),
        "poll": {"options": [{"title": title} for title in view.poll]} if view.poll else None,
        "media_attachments": [media_attachment(media) for media in view.media],
        "emojis": [custom_emoji(emoji) for emoji in post.emojis],
    }


def context(view: ContextView, viewer: int, uri: AbsoluteUrl) -> Entity:
    return {
        "ancestors": [status(post, viewer, uri) for post in view.ancestors],
        "descendants": [status(post, viewer, uri) for post in view.descendants],
    }


def _plain(view: PostView, viewer: int, uri: AbsoluteUrl, *, nested: bool = False) -> Entity:
    """*nested*: inside another that quotes it."""
    entity: Entity = {
        "id": str(view.id),
        "uri": view.uri,
        "url": view.url or view.uri,
        "created_at": moment(view.created_at),
        "edited_at": moment_or_null(view.edited_at),
        "account": account(view.author),
        "content": _content(view),
        "visibility": _visibility(view),
        "local_only": view.local_only,
        "group": None if view.group is None else group_of_status(view.group),
        "sensitive": view.sensitive,
        "spoiler_text": view.summary,
        "language": view.language or None,
        "in_reply_to_id": identifier(view.reply_to_id),
        "in_reply_to_account_id": identifier(view.reply_to_account_id),
        "media_attachments": [media_attachment(media) for media in view.media],
        "mentions": [
            {
                "id": str(mention.account_id),
                "username": mention.username,
                "acct": mention.acct,
                "url": mention.url or mention.uri,
            }
            for mention in view.mentions
            if not mention.silent
        ],
        "tags": [{"name": name, "url": tag_url(name, uri)} for name in view.tags],
        "emojis": [custom_emoji(emoji) for emoji in view.emojis],
        "replies_count": max(view.replies_count, 0),
        "reblogs_count": max(view.boosts_count, 0),
        "favourites_count": max(view.likes_count, 0),
        "application": _application(view),
        "favourited": view.liked,
        "reblogged": view.boosted,
        "bookmarked": view.bookmarked,
        "muted": view.thread_muted,
        "filtered": [filter_result(match) for match in view.filtered],
        "reblog": None,
        "card": None,
        "poll": poll(view.poll, view.emojis) if view.poll else None,
        "quote": shallow_quote(view)
        if nested
        else quote(view, lambda quoted: _plain(quoted, viewer, uri, nested=True)),
        "quotes_count": max(view.quotes_count, 0),
        "quote_approval": quote_approval(view),
    }
    if view.author.id == viewer:
        entity["pinned"] = view.pinned
    return entity


def _visibility(view: PostView) -> str:
    """In the words that clients know: a group's members are its followers."""
    return "private" if view.visibility == "group" else view.visibility


def _content(view: PostView) -> str:
    """An article, an event or the like reads as its title and its text."""
    return f"<p><strong>{html.escape(view.title)}</strong></p>{view.content}" if view.title else view.content


def _application(view: PostView) -> Entity | None:
    if not view.application_name:
        return None
    return {"name": view.application_name, "website": view.application_website or None}
