"""From what `queries` answers to ActivityStreams documents: actors, posts and the addressing of posts.

Called by `activities/*` for what is sent and by `objects.py` for what is asked for, so that both say the same. Addresses of files are written without the
expiring permission that people's links carry: other servers show their signature instead. It decides nothing about who may have a document.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, cast

from fediverse.activitystreams.building import (
    ActorFacts,
    KeyFacts,
    MediaFacts,
    PollFacts,
    PostFacts,
    activity,
    actor_document,
    note_document,
)
from fediverse.activitystreams.building import embedded as embedded
from fediverse.activitystreams.facts import ActorKind
from fediverse.activitystreams.quotes import with_link
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import PUBLIC
from fediverse.crypto.keypairs import KeyKind, PublicKey
from fediverse.federation import featured
from fediverse.node import Node
from fediverse.policy.groups import Access
from fediverse.policy.quotes import SHOWN
from fediverse.queries import groups
from fediverse.queries.keys import public_keys
from fediverse.queries.views import AccountView, CustomEmoji, MediaView, MentionView, PollView, PostView

IMAGE_TYPE = "image/webp"  # avatars, headers and emoji are stored so
_OPENNESS: Mapping[Access, Literal["open", "moderated", "invite_only"]] = {
    "open": "open",
    "closed": "moderated",
    "secret": "invite_only",
}
_SOURCE_TYPES = {"plain": "text/plain", "markdown": "text/markdown"}


async def actor(node: Node, account: AccountView) -> JSON:
    """One of our own actors with its keys; of one that is suspended no more than that, and what checking its signature needs."""
    keys = await public_keys(node, account.id)
    if account.suspended:
        return actor_document(_suspended_facts(account, keys))
    facts = _actor_facts(node, account, keys)
    return actor_document(await _with_group(node, facts, account) if account.group else facts)


async def _with_group(node: Node, facts: ActorFacts, account: AccountView) -> ActorFacts:
    """What a group says beside what every actor says (FEP-1b12; Mobilizon's `members` and `openness`)."""
    group = await groups.group(node, None, account.id)
    return replace(
        facts,
        members=group.members_url,
        moderators=f"{account.uri}/moderators",
        access=group.access,
        openness=_OPENNESS[group.access],
        log=f"{account.uri}/log",
        posting_restricted=group.posting == "moderators",
    )


def _suspended_facts(account: AccountView, keys: list[PublicKey]) -> ActorFacts:
    return ActorFacts(
        uri=account.uri,
        kind=cast(ActorKind, account.kind.capitalize()),
        username=account.username,
        inbox=account.inbox_url,
        outbox=account.outbox_url,
        url=account.url,
        shared_inbox=account.shared_inbox_url,
        locked=True,
        keys=_keys(keys),
        suspended=True,
    )


async def instance_actor(node: Node, account: AccountView) -> JSON:
    """The node's own actor: what anybody may read, so no more than what checking its signature needs."""
    name = instance_name(node)
    facts = ActorFacts(
        uri=account.uri,
        kind="Application",
        username=name,
        inbox=account.inbox_url,
        outbox=account.outbox_url,
        url=account.url,
        shared_inbox=account.shared_inbox_url,
        locked=True,
        keys=_keys(await public_keys(node, account.id)),
        webfinger=f"{name}@{node.settings.domain}",
    )
    return actor_document(facts)


def instance_name(node: Node) -> str:
    """The user name of the node's own actor: its domain without the port, as a user name holds no colon."""
    return node.settings.domain.partition(":")[0]


def post(node: Node, view: PostView) -> JSON:
    """A post as its author's servers' peers get it; never one that stays here."""
    if view.local_only or not view.author.local:
        raise ValueError("Only posts of our people that may leave this node become documents")
    return _note(node, view, tuple(_attachment(node, media) for media in view.media if media.state == "ready"))


def post_for_reader(node: Node, view: PostView) -> JSON:
    """Any post as one of our own people may read it through a client of ActivityPub: with links to files that the reader may open."""
    files = tuple(
        MediaFacts(media.url or media.remote_url, media.media_type, media.alt or None, media.blurhash or None)
        for media in view.media
        if media.url or media.remote_url
    )
    return _note(node, view, files)


def _note(node: Node, view: PostView, attachments: tuple[MediaFacts, ...]) -> JSON:
    to, cc = addressing(view)
    quote = None if view.quote is None or view.quote.state == "unauthorized" else view.quote
    facts = PostFacts(
        uri=view.uri,
        author_uri=view.author.uri,
        content_html=with_link(view.content, quote.quoted_uri) if quote and view.author.local else view.content,
        published=view.created_at,
        to=to,
        cc=cc,
        audience=audience_of(view),
        title=view.title or None,
        summary=view.summary or None,
        sensitive=view.sensitive,
        language=view.language or None,
        updated=view.edited_at,
        in_reply_to=view.reply_to_uri or None,
        url=view.url,
        replies_uri=f"{view.uri}/replies" if view.author.local else None,
        mentions=tuple((mention.uri, _handle(node, mention)) for mention in view.mentions if not mention.silent),
        hashtags=tuple((node.uri(f"/tags/{name}"), name) for name in view.tags),
        emojis=_emojis(node, view.emojis),
        attachments=attachments,
        source=(view.source, _SOURCE_TYPES[view.source_format]) if view.source else None,
        poll=_poll(view.poll) if view.poll else None,
        quote_uri=quote.quoted_uri if quote else None,
        quote_authorization_uri=(quote.approval_uri or None) if quote and quote.state in SHOWN else None,
        quotable_by=_quotable_by(view) if view.author.local else (),
    )
    return note_document(facts)


def _poll(poll: PollView) -> PollFacts:
    return PollFacts(
        options=tuple((option.title, option.votes_count) for option in poll.options),
        multiple=poll.multiple,
        ends_at=poll.expires_at,
        closed_at=poll.expires_at if poll.expired else None,
        voters_count=poll.voters_count,
    )


def _quotable_by(view: PostView) -> tuple[str, ...]:
    """Whose quotes are approved at once: a list that is empty would say nothing, so it names at least the author (FEP-044f)."""
    match view.quote_policy:
        case "public":
            return (PUBLIC,)
        case "followers":
            return (view.author.followers_url,)
        case _:
            return (view.author.uri,)


def created(node: Node, view: PostView) -> JSON:
    """The Create of a post, without a proof."""
    to, cc = addressing(view)
    return activity(
        "Create",
        f"{view.uri}/activity",
        view.author.uri,
        post(node, view),
        to,
        cc,
        audience=audience_of(view),
        published=view.created_at,
    )


def audience_of(view: PostView) -> str | None:
    """The group that a post stands in (FEP-1b12)."""
    return view.group.account.uri if view.group else None


def announced(view: PostView) -> JSON:
    """The Announce that a boost is, without a proof. Raises ValueError for what is no boost, or stays on this node."""
    original = view.boost_of
    if original is None or view.local_only or original.local_only:
        raise ValueError("Only boosts that may leave this node become documents")
    to, cc = addressing(view)
    return activity(
        "Announce", view.uri, view.author.uri, original.uri, to, (*cc, original.author.uri), published=view.created_at
    )


def addressing(view: PostView) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """`to` and `cc` of a post or boost by its visibility, the same for its activity and its object."""
    named = tuple(mention.uri for mention in view.mentions)
    followers = view.author.followers_url
    if view.group is not None:
        group = view.group
        others = tuple(uri for uri in named if uri != group.account.uri)
        if group.access == "open":
            return (PUBLIC, group.account.uri), (group.account.followers_url, *others)
        return (group.account.uri, group.members_url or group.account.followers_url), others
    match view.visibility:
        case "public":
            return (PUBLIC,), (followers, *named)
        case "unlisted":
            return (followers,), (PUBLIC, *named)
        case "private":
            return (followers,), named
        case "direct" | "group":  # in a group that is known no more, nobody is left but who is named
            return named, ()


def _actor_facts(node: Node, account: AccountView, keys: list[PublicKey]) -> ActorFacts:
    return ActorFacts(
        uri=account.uri,
        kind=cast(ActorKind, account.kind.capitalize()),
        username=account.username,
        inbox=account.inbox_url,
        outbox=account.outbox_url,
        name=account.display_name,
        summary_html=account.note,
        url=account.url,
        shared_inbox=account.shared_inbox_url,
        followers=account.followers_url,
        following=account.following_url,
        featured=account.featured_url,
        featured_tags=featured.address(account),
        icon=MediaFacts(node.uri(f"/avatars/{account.id}/avatar"), IMAGE_TYPE) if account.has_avatar else None,
        image=MediaFacts(node.uri(f"/avatars/{account.id}/header"), IMAGE_TYPE) if account.has_header else None,
        locked=account.locked,
        discoverable=account.discoverable,
        indexable=account.indexable,
        fields=account.fields,
        also_known_as=account.also_known_as,
        moved_to=account.moved_to_uri or None,
        keys=_keys(keys),
        published=account.created_at,
        emojis=_emojis(node, account.emojis),
        webfinger=f"{account.username}@{node.settings.domain}",
    )


def _keys(keys: list[PublicKey]) -> tuple[KeyFacts, ...]:
    return tuple(
        KeyFacts(key.id, multibase=key.multibase) if key.kind is KeyKind.ED25519 else KeyFacts(key.id, pem=key.pem)
        for key in keys
    )


def _attachment(node: Node, media: MediaView) -> MediaFacts:
    return MediaFacts(
        url=node.uri(f"/media/{media.id}/original"),
        media_type=media.media_type,
        alt=media.alt or (media.file_name if media.kind == "unknown" else "") or None,
        blurhash=media.blurhash or None,
        focus=media.focus if any(media.focus) else None,
        width=media.width,
        height=media.height,
    )


def _emojis(node: Node, emojis: tuple[CustomEmoji, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((emoji.shortcode, node.uri(f"/emoji/here/{emoji.shortcode}")) for emoji in emojis)


def _handle(node: Node, mention: MentionView) -> str:
    return f"@{mention.acct}" if "@" in mention.acct else f"@{mention.acct}@{node.settings.domain}"
