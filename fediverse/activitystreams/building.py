"""Our values → documents for other servers.

Called by `federation/` with plain values (`ActorFacts`, `PostFacts`), never rows. Each document begins with `CONTEXT`; one that is embedded
goes without, unless it carries a proof, which covers the context too. Nothing is decided here: who receives what stands in the facts.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fediverse.activitystreams.contexts import CONTEXT as CONTEXT
from fediverse.activitystreams.facts import ActorFacts as ActorFacts
from fediverse.activitystreams.facts import KeyFacts as KeyFacts
from fediverse.activitystreams.facts import MediaFacts as MediaFacts
from fediverse.activitystreams.facts import PollFacts as PollFacts
from fediverse.activitystreams.facts import PostFacts as PostFacts
from fediverse.activitystreams.quotes import policy_document
from fediverse.activitystreams.strict_json import JSON


def actor_document(facts: ActorFacts) -> JSON:
    return _present({
        "@context": CONTEXT,
        "id": facts.uri,
        "type": facts.kind,
        "preferredUsername": facts.username,
        "webfinger": facts.webfinger,
        "name": facts.name or facts.username,
        "summary": facts.summary_html,
        "url": facts.url or facts.uri,
        "inbox": facts.inbox,
        "outbox": facts.outbox,
        "followers": facts.followers,
        "following": facts.following,
        "featured": facts.featured,
        "featuredTags": facts.featured_tags,
        "members": facts.members,
        "attributedTo": facts.moderators,
        "openness": facts.openness,
        "access": facts.access,
        "log": facts.log,
        "postingRestrictedToMods": facts.posting_restricted,
        "endpoints": {"sharedInbox": facts.shared_inbox} if facts.shared_inbox else None,
        "manuallyApprovesFollowers": facts.locked,
        "discoverable": facts.discoverable,
        "indexable": facts.indexable,
        "published": None if facts.published is None else timestamp(facts.published),
        "icon": _image(facts.icon),
        "image": _image(facts.image),
        "attachment": [{"type": "PropertyValue", "name": name, "value": value} for name, value in facts.fields],
        "tag": [_emoji(*emoji) for emoji in facts.emojis],
        "alsoKnownAs": list(facts.also_known_as) or None,
        "movedTo": facts.moved_to,
        "suspended": facts.suspended or None,
        "publicKey": _pem_keys(facts),
        "assertionMethod": _multikeys(facts) or None,
        "generator": {"type": "Application", "implements": [{"href": href, "name": name} for href, name in facts.capabilities]},
    })  # fmt: skip


def note_document(facts: PostFacts) -> JSON:
    """A Note, or a Question when the post holds a poll."""
    return _present({
        "@context": CONTEXT,
        "id": facts.uri,
        "type": "Note" if facts.poll is None else "Question",
        "attributedTo": facts.author_uri,
        "name": facts.title,
        "summary": facts.summary,
        "content": facts.content_html,
        "contentMap": {facts.language: facts.content_html} if facts.language else None,
        "source": {"content": facts.source[0], "mediaType": facts.source[1]} if facts.source else None,
        "published": timestamp(facts.published),
        "updated": None if facts.updated is None else timestamp(facts.updated),
        "url": facts.url or facts.uri,
        "to": list(facts.to),
        "cc": list(facts.cc),
        "audience": facts.audience,
        "inReplyTo": facts.in_reply_to,
        "context": facts.context,
        "conversation": facts.conversation,
        "sensitive": facts.sensitive,
        "attachment": [_document(media) for media in facts.attachments],
        "tag": _tags(facts),
        "replies": facts.replies_uri,
        "quote": facts.quote_uri,
        "quoteUri": facts.quote_uri,
        "quoteUrl": facts.quote_uri,
        "_misskey_quote": facts.quote_uri,
        "quoteAuthorization": facts.quote_authorization_uri,
        "interactionPolicy": policy_document(facts.quotable_by) if facts.quotable_by else None,
        **(_poll(facts.poll) if facts.poll else {}),
    })  # fmt: skip


def tombstone(uri: str, former_type: str = "Note", deleted: datetime | None = None) -> JSON:
    """What stands where something was (FEP-4f05)."""
    return _present({
        "@context": CONTEXT,
        "id": uri,
        "type": "Tombstone",
        "formerType": former_type,
        "deleted": None if deleted is None else timestamp(deleted),
    })  # fmt: skip


def activity(
    type: str,  # noqa: A002  # the words of ActivityStreams
    id: str,  # noqa: A002
    actor: str,
    object: JSON | str | Sequence[str],  # noqa: A002
    to: Iterable[str] = (),
    cc: Iterable[str] = (),
    *,
    audience: str | None = None,
    target: JSON | str | None = None,
    published: datetime | None = None,
    extra: Mapping[str, Any] | None = None,
) -> JSON:
    """An activity. An embedded document loses its `@context` if that is ours; with a proof it stays as it is."""
    return _present({
        "@context": CONTEXT,
        "id": id,
        "type": type,
        "actor": actor,
        "object": embedded(object) if isinstance(object, dict) else object if isinstance(object, str) else list(object),
        "target": embedded(target) if isinstance(target, dict) else target,
        "to": list(to) or None,
        "cc": list(cc) or None,
        "audience": audience,
        "published": None if published is None else timestamp(published),
        **(extra or {}),
    })  # fmt: skip


def embedded(document: JSON) -> JSON:
    """*document* as it stands inside another one of ours."""
    if "proof" in document or document.get("@context") != CONTEXT:
        return document
    return {name: value for name, value in document.items() if name != "@context"}


def ordered_collection(
    uri: str,
    total: int | None,
    *,
    first: str | None = None,
    last: str | None = None,
    items: Sequence[JSON | str] | None = None,
    attributed_to: str | None = None,
) -> JSON:
    """A collection, newest first: its size, and either its pages or all its *items*. One that is hidden shows its size alone."""
    return _present({
        "@context": CONTEXT,
        "id": uri,
        "type": "OrderedCollection",
        "attributedTo": attributed_to,
        "totalItems": total,
        "first": first,
        "last": last,
        "orderedItems": _items(items),
    })  # fmt: skip


def unordered_collection(uri: str, items: Sequence[JSON | str], *, attributed_to: str | None = None) -> JSON:
    """A collection that is shown whole and whose order says nothing."""
    return _present({
        "@context": CONTEXT,
        "id": uri,
        "type": "Collection",
        "attributedTo": attributed_to,
        "totalItems": len(items),
        "items": _items(items),
    })  # fmt: skip


def hashtag(href: str, name: str) -> JSON:
    """A tag by its page and its name without `#`."""
    return {"type": "Hashtag", "href": href, "name": f"#{name}"}


def collection_page(
    uri: str,
    part_of: str,
    items: Sequence[JSON | str],
    *,
    following: str | None = None,
    preceding: str | None = None,
    total: int | None = None,
) -> JSON:
    """A page of an ordered collection; *following* and *preceding* are its `next` and `prev`."""
    return _present({
        "@context": CONTEXT,
        "id": uri,
        "type": "OrderedCollectionPage",
        "partOf": part_of,
        "totalItems": total,
        "next": following,
        "prev": preceding,
        "orderedItems": _items(items),
    })  # fmt: skip


def timestamp(moment: datetime) -> str:
    """*moment* (aware UTC) as `2026-11-23T18:00:00.000Z`."""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _present(document: JSON) -> JSON:
    return {name: value for name, value in document.items() if value is not None}


def _items(items: Sequence[JSON | str] | None) -> list[JSON | str] | None:
    return None if items is None else [embedded(item) if isinstance(item, dict) else item for item in items]


def _image(media: MediaFacts | None) -> JSON | None:
    return (
        None
        if media is None
        else _present({"type": "Image", "mediaType": media.media_type, "url": media.url, "name": media.alt})
    )


def _document(media: MediaFacts) -> JSON:
    return _present({
        "type": "Document",
        "mediaType": media.media_type,
        "url": media.url,
        "name": media.alt,
        "blurhash": media.blurhash,
        "focalPoint": list(media.focus) if media.focus else None,
        "width": media.width,
        "height": media.height,
    })  # fmt: skip


def _pem_keys(facts: ActorFacts) -> JSON | list[JSON] | None:
    """One key as an object, as nearly all servers expect it; several only while a key is being replaced."""
    keys = [{"id": key.id, "owner": facts.uri, "publicKeyPem": key.pem} for key in facts.keys if key.pem is not None]
    return keys[0] if len(keys) == 1 else keys or None


def _multikeys(facts: ActorFacts) -> list[JSON]:
    return [
        {"id": key.id, "type": "Multikey", "controller": facts.uri, "publicKeyMultibase": key.multibase}
        for key in facts.keys
        if key.multibase is not None
    ]


def _tags(facts: PostFacts) -> list[JSON]:
    return [
        *({"type": "Mention", "href": href, "name": name} for href, name in facts.mentions),
        *(hashtag(href, name) for href, name in facts.hashtags),
        *(_emoji(*emoji) for emoji in facts.emojis),
    ]


def _emoji(shortcode: str, url: str) -> JSON:
    return {"type": "Emoji", "name": f":{shortcode}:", "icon": {"type": "Image", "url": url}}


def _poll(poll: PollFacts) -> JSON:
    options = [
        {"type": "Note", "name": name, "replies": _present({"type": "Collection", "totalItems": votes})}
        for name, votes in poll.options
    ]
    return _present({
        "anyOf" if poll.multiple else "oneOf": options,
        "endTime": None if poll.ends_at is None else timestamp(poll.ends_at),
        "closed": None if poll.closed_at is None else timestamp(poll.closed_at),
        "votersCount": poll.voters_count,
    })  # fmt: skip
