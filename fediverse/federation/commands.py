"""What a person's own client says to the person's outbox (ActivityPub §6), turned into the same drafts and verbs as any other client's wish.

Called by `outbox`, after the token was checked. Ids that the client gives are ignored; what is addressed decides who sees a post, as everywhere. Every
command says which scope it needs before it does anything.
"""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from fediverse.actions import boosts, polls, posts, profiles, reactions, relations, resolve
from fediverse.activitystreams.activities import Activity, parse_activity
from fediverse.activitystreams.objects import quoted_in, visibility_of
from fediverse.activitystreams.polls import poll_of
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import (
    audience_of,
    flag_of,
    ids_of,
    language_of,
    objects_of,
    only_id_of,
    string_of,
    text_of,
    type_of,
)
from fediverse.errors import Invalid, Malformed, NotFound, Refused
from fediverse.federation.gate import is_ours
from fediverse.federation.outgoing import new_id
from fediverse.node import Node
from fediverse.policy.polls import PollDraft
from fediverse.queries import accounts
from fediverse.queries import posts as stored
from fediverse.queries.access import SignedIn
from fediverse.queries.polls import choice_called
from fediverse.queries.relations import follow_by_uri, follow_uri
from fediverse.queries.views import AccountView, PostView
from fediverse.text.mentions import find_mentions
from fediverse.text.sanitise import clean_html, plain_text

MAX_ADDRESSED = 20
_FORMATS: Mapping[str, posts.SourceFormat] = {"text/markdown": "markdown", "text/plain": "plain"}

Command = Callable[[Node, SignedIn, AccountView, Activity], Awaitable[str]]


async def carry_out(node: Node, signed_in: SignedIn, person: AccountView, document: JSON) -> str:
    """Do what *document* says for *person*; the id of the activity. A bare object is wrapped in a Create (ActivityPub §6.2.1).

    Raises Malformed for what cannot be done here, Refused for another's name or a missing scope, and what the verbs raise.
    """
    if type_of(document) not in _COMMANDS and "actor" not in document:
        document = {
            "type": "Create",
            "object": document,
            **{name: document[name] for name in ("to", "cc") if name in document},
        }
    activity = parse_activity({**document, "actor": document.get("actor", person.uri)})
    if activity.actor != person.uri:
        raise Refused("This is somebody else's name")
    command = _COMMANDS.get(activity.type)
    if command is None:
        raise Malformed(f"{activity.type} cannot be said here")
    return await command(node, signed_in, person, activity)


def _require(signed_in: SignedIn, scope: str) -> None:
    if not signed_in.may(scope):
        raise Refused("This action is outside the authorized scopes")


async def _create(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    _require(signed_in, "write:statuses")
    note = _embedded(activity)
    to, cc = audience_of(note.get("to")) or activity.to, audience_of(note.get("cc")) or activity.cc
    if objects_of(note.get("attachment")):
        raise Invalid("Upload attachments through the client API; this outbox takes text")
    text, text_format = _text(note)
    if string_of(note.get("name")) and not text.strip() and note.get("inReplyTo") is not None:
        return await _vote(node, person, note)
    draft = posts.Draft(
        text=await _naming(node, text, text_format, [*to, *cc], person),
        summary=plain_text(clean_html(text_of(note, "summary"))),
        sensitive=flag_of(note.get("sensitive")) if "sensitive" in note else None,
        language=language_of(note, "content") or "",
        visibility=visibility_of(to, cc, person.followers_url),
        reply_to_id=await _answered(node, note),
        source_format=text_format,
        application_id=signed_in.app_id,
        poll=_poll(node, note),
        quoted_id=await _quoted(node, note),
    )
    post_id = await posts.publish(node, person.id, draft)
    return f"{(await stored.post(node, person.id, post_id)).uri}/activity"


async def _vote(node: Node, person: AccountView, note: JSON) -> str:
    """A name and no words, in answer to a poll that the person sees."""
    post_id = await _answered(node, note)
    if post_id is None:
        raise NotFound
    post = await stored.post(node, person.id, post_id)
    found = await choice_called(node, post.id, text_of(note, "name"))
    if found is None:
        raise Malformed("This poll offers no such choice")
    poll_id, choice = found
    await polls.vote(node, person.id, poll_id, [choice])
    return new_id(node)


def _poll(node: Node, note: JSON) -> PollDraft | None:
    poll = poll_of(note)
    if poll is None:
        return None
    lasts_s = 0 if poll.ends_at is None else int((poll.ends_at - node.clock.now()).total_seconds())
    return PollDraft(tuple(title for title, _votes in poll.options), lasts_s, poll.multiple)


async def _update(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    changed = _embedded(activity)
    if activity.object_id == person.uri:
        _require(signed_in, "write:accounts")
        name, note = string_of(changed.get("name")), string_of(changed.get("summary"))
        change = profiles.ProfileChange(display_name=name, note=None if note is None else plain_text(clean_html(note)))
        await profiles.update_profile(node, person.id, change)
        return new_id(node)
    _require(signed_in, "write:statuses")
    post = await _post(node, person, activity)
    text, _format = _text(changed)
    await posts.edit(
        node, person.id, post.id, posts.PostChange(text, summary=plain_text(clean_html(text_of(changed, "summary"))))
    )
    return new_id(node)


async def _delete(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    _require(signed_in, "write:statuses")
    post = await _post(node, person, activity)
    await posts.delete(node, person.id, post.id)
    return f"{post.uri}#delete"


async def _follow(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    _require(signed_in, "write:follows")
    target_id = await resolve.account_by_uri(node, _object_id(activity))
    await relations.follow(node, person.id, target_id)
    return await follow_uri(node, person.id, target_id) or new_id(node)


async def _like(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    _require(signed_in, "write:favourites")
    uri = new_id(node)
    await reactions.like(node, person.id, await resolve.post_by_uri(node, _object_id(activity)), uri=uri)
    return uri


async def _announce(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    _require(signed_in, "write:statuses")
    post_id = await resolve.post_by_uri(node, _object_id(activity))
    audience = visibility_of(activity.to, activity.cc, person.followers_url)
    boost_id = await boosts.boost(node, person.id, post_id, "private" if audience == "direct" else audience)
    return (await stored.post(node, person.id, boost_id)).uri


async def _block(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    _require(signed_in, "write:blocks")
    uri = new_id(node)
    await relations.block(node, person.id, await resolve.account_by_uri(node, _object_id(activity)), uri=uri)
    return uri


async def _add(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    await reactions.pin(node, person.id, await _pinnable(node, signed_in, person, activity))
    return new_id(node)


async def _remove(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    await reactions.unpin(node, person.id, await _pinnable(node, signed_in, person, activity))
    return new_id(node)


async def _undo(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> str:
    """By the id that we gave it; a Block, which has none that is kept for others, by its copy."""
    uri, copy = _object_id(activity), activity.object
    if copy is not None and type_of(copy) == "Block":
        _require(signed_in, "write:blocks")
        await relations.unblock(
            node, person.id, await resolve.account_by_uri(node, only_id_of(copy.get("object")) or "")
        )
        return f"{uri}#undo"
    boost = await stored.by_uri(node, person.id, uri)
    if boost is not None:
        _require(signed_in, "write:statuses")
        await boosts.unboost(node, person.id, boost.id)
    elif uri.startswith(node.uri("/activities/")):
        await _undo_numbered(node, signed_in, person, uri)
    else:
        raise NotFound
    return f"{uri}#undo"


async def _undo_numbered(node: Node, signed_in: SignedIn, person: AccountView, uri: str) -> None:
    try:
        follower_id, target_id = await follow_by_uri(node, uri)
    except NotFound:
        _require(signed_in, "write:favourites")
        await reactions.unlike(node, person.id, await reactions.liked_post_of(node, person.id, uri))
        return
    _require(signed_in, "write:follows")
    if follower_id != person.id:
        raise NotFound
    await relations.unfollow(node, person.id, target_id)


_COMMANDS: Mapping[str, Command] = MappingProxyType(
    {
        "Add": _add,
        "Announce": _announce,
        "Block": _block,
        "Create": _create,
        "Delete": _delete,
        "Follow": _follow,
        "Like": _like,
        "Remove": _remove,
        "Undo": _undo,
        "Update": _update,
    }
)


def _embedded(activity: Activity) -> JSON:
    if activity.object is None:
        raise Malformed("The object must be embedded")
    return activity.object


def _object_id(activity: Activity) -> str:
    if activity.object_id is None:
        raise Malformed("The activity needs exactly one object with an id")
    return activity.object_id


async def _post(node: Node, person: AccountView, activity: Activity) -> PostView:
    found = await stored.by_uri(node, person.id, _object_id(activity))
    if found is None:
        raise NotFound
    return found


async def _pinnable(node: Node, signed_in: SignedIn, person: AccountView, activity: Activity) -> int:
    _require(signed_in, "write:accounts")
    if activity.target_id != person.featured_url:
        raise Refused("Only your own pinned posts can be changed")
    return (await _post(node, person, activity)).id


async def _answered(node: Node, note: JSON) -> int | None:
    uris = ids_of(note.get("inReplyTo"))
    return await resolve.post_by_uri(node, uris[0]) if uris else None


async def _quoted(node: Node, note: JSON) -> int | None:
    uri = quoted_in(note)
    return await resolve.post_by_uri(node, uri) if uri else None


def _text(note: JSON) -> tuple[str, posts.SourceFormat]:
    """What the person typed, where the client says so; else the words of its HTML."""
    source = note.get("source")
    if isinstance(source, dict):
        text_format = _FORMATS.get(string_of(source.get("mediaType")) or "")
        typed = string_of(source.get("content"))
        if text_format is not None and typed is not None:
            return typed, text_format
    return plain_text(clean_html(text_of(note, "content"))), "plain"


async def _naming(
    node: Node, text: str, text_format: posts.SourceFormat, addressed: list[str], person: AccountView
) -> str:
    """*text*, which names everybody who is addressed: here a post reaches people by naming them, so that nobody is addressed unseen."""
    named = {accounts.handle_of(node, handle.acct) for handle in find_mentions(text, text_format)}
    missing: list[str] = []
    for uri in list(dict.fromkeys(addressed))[:MAX_ADDRESSED]:
        found = await _somebody(node, uri, person)
        if found is not None and accounts.handle_of(node, found.acct) not in named:
            missing.append(f"@{found.acct}")
    return " ".join([*missing, text])


async def _somebody(node: Node, uri: str, person: AccountView) -> AccountView | None:
    """The account that *uri* is; None for everybody, a collection of our own, or oneself."""
    if (
        uri == person.uri
        or uri.endswith("#Public")
        or (is_ours(node, uri) and await accounts.by_uri(node, uri) is None)
    ):
        return None
    return await accounts.account(node, None, await resolve.account_by_uri(node, uri))
