"""An actor's document → `RemoteActor`.

Called by `federation/` and the workers that fetch, on a document that `reading` has read. Names and texts are made harmless here, once.
Limits follow what Mastodon accepts; what goes beyond is cut, never refused, except ids. Whether the document came from where its id says
is the caller's to check.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal, TypeAlias
from urllib.parse import urlsplit

from fediverse.activitystreams.keys import RemoteKey, keys_of
from fediverse.activitystreams.shapes import require_shape
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.tags import Emoji, emojis_of
from fediverse.activitystreams.values import (
    datetime_of,
    first_link,
    flag_of,
    ids_of,
    links_of,
    objects_of,
    page_link,
    required_web_id,
    string_of,
    text_of,
    types_of,
    web_id_of,
)
from fediverse.errors import Malformed
from fediverse.text.sanitise import clean_html, clean_text

ActorKind: TypeAlias = Literal["Person", "Service", "Application", "Group", "Organization"]

MAX_USERNAME_CHARS: Final = 255
MAX_NAME_CHARS: Final = 2_048
MAX_SUMMARY_CHARS: Final = 20_000
MAX_FIELDS: Final = 50
MAX_FIELD_CHARS: Final = 2_047
MAX_ALIASES: Final = 256
MAX_CAPABILITIES: Final = 50

_KINDS: dict[str, ActorKind] = {
    "Person": "Person",
    "Service": "Service",
    "Application": "Application",
    "Group": "Group",
    "Organization": "Organization",
}
_USERNAME = re.compile(r"[^\s@/\\<>\"'&?#%:\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]+")


@dataclass(frozen=True, slots=True)
class RemoteActor:
    """Somebody on another server, as the document says. *fields* are (name, clean HTML); *emojis* (shortcode, url, still url).

    *members*, *access*, *log*, *moderators* and *openness* are what groups say about themselves; *implements* holds capabilities by address (FEP-844e).
    *suspended*: its own server hides it.
    """

    uri: str
    kind: ActorKind
    username: str
    name: str
    summary_html: str
    inbox: str
    shared_inbox: str | None
    outbox: str | None
    followers: str | None
    following: str | None
    featured: str | None
    url: str
    icon_url: str | None
    image_url: str | None
    locked: bool
    discoverable: bool
    indexable: bool
    bot: bool
    fields: tuple[tuple[str, str], ...]
    also_known_as: tuple[str, ...]
    moved_to: str | None
    keys: tuple[RemoteKey, ...]
    published: datetime | None
    emojis: tuple[Emoji, ...]
    webfinger: str | None
    members: str | None = None
    access: str | None = None
    log: str | None = None
    moderators: str | None = None
    openness: str | None = None
    posting_restricted: bool = False
    suspended: bool = False
    implements: tuple[str, ...] = ()


def parse_actor(document: JSON) -> RemoteActor:
    """The actor that *document* describes. Raises Malformed when it is none: no usable id, inbox or name, or the shape of something else."""
    require_shape(document, "actor")
    uri = required_web_id(document)
    kind = _kind(document)
    return RemoteActor(
        uri=uri,
        kind=kind,
        username=_username(document, uri),
        name=clean_text(text_of(document, "name"), MAX_NAME_CHARS),
        summary_html=clean_html(text_of(document, "summary")[:MAX_SUMMARY_CHARS]),
        inbox=_required_inbox(document),
        shared_inbox=_shared_inbox(document),
        outbox=web_id_of(document.get("outbox")),
        followers=web_id_of(document.get("followers")),
        following=web_id_of(document.get("following")),
        featured=web_id_of(document.get("featured")),
        url=page_link(document.get("url")) or uri,
        icon_url=first_link(document.get("icon")),
        image_url=first_link(document.get("image")),
        locked=flag_of(document.get("manuallyApprovesFollowers")),
        discoverable=flag_of(document.get("discoverable")),
        indexable=flag_of(document.get("indexable")),
        bot=kind in {"Service", "Application"},
        fields=_fields(document),
        also_known_as=ids_of(document.get("alsoKnownAs"))[:MAX_ALIASES],
        moved_to=web_id_of(document.get("movedTo")),
        keys=keys_of(document, uri),
        published=datetime_of(document.get("published")),
        emojis=emojis_of(document),
        webfinger=_webfinger(document),
        members=web_id_of(document.get("members")),
        access=string_of(document.get("access")),
        log=web_id_of(document.get("log")),
        moderators=web_id_of(document.get("attributedTo"))
        if kind == "Group" and isinstance(document.get("attributedTo"), str)
        else None,
        openness=string_of(document.get("openness")),
        posting_restricted=flag_of(document.get("postingRestrictedToMods")),
        suspended=flag_of(document.get("suspended")),
        implements=_capabilities(document),
    )


def _kind(document: JSON) -> ActorKind:
    """The kind by type; an actor of an unknown type is a Service: something that acts, and nobody to be taken for a person."""
    return next((_KINDS[name] for name in types_of(document) if name in _KINDS), "Service")


def _username(document: JSON, uri: str) -> str:
    username = string_of(document.get("preferredUsername"))
    if username is None:  # actors of a whole server, such as Lemmy's site
        username = urlsplit(uri).hostname or ""
    if len(username) > MAX_USERNAME_CHARS or not _USERNAME.fullmatch(username):
        raise Malformed("The actor has no usable name.")
    return username


def _required_inbox(document: JSON) -> str:
    inbox = web_id_of(document.get("inbox"))
    if inbox is None:
        raise Malformed("The actor has no usable inbox.")
    return inbox


def _shared_inbox(document: JSON) -> str | None:
    endpoints = document.get("endpoints")
    return web_id_of(endpoints.get("sharedInbox")) if isinstance(endpoints, dict) else None


def _fields(document: JSON) -> tuple[tuple[str, str], ...]:
    listed = [
        item
        for item in objects_of(document.get("attachment"))
        if {"PropertyValue", "schema:PropertyValue"}.intersection(types_of(item))
    ]
    return tuple((_field_text(item, "name"), clean_html(_field_text(item, "value"))) for item in listed[:MAX_FIELDS])


def _field_text(item: JSON, name: str) -> str:
    return clean_text(string_of(item.get(name)) or "", MAX_FIELD_CHARS)


def _webfinger(document: JSON) -> str | None:
    """The handle that the actor says is its own (FEP-2c59), without `acct:`."""
    handle = clean_text(string_of(document.get("webfinger")) or "", MAX_USERNAME_CHARS)
    return handle.removeprefix("acct:").removeprefix("@") or None


def _capabilities(document: JSON) -> tuple[str, ...]:
    generator: Any = document.get("generator")
    listed = document.get("implements") or (generator.get("implements") if isinstance(generator, dict) else None)
    return tuple(link.href for link in links_of(listed))[:MAX_CAPABILITIES]
