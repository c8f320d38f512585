"""What our people say of themselves: profile, details, and what stands in an empty form; and whether the pages they name as theirs say so, too.

A detail that is a link is verified when the page links back with `rel="me"`. Only pages on hosts that the domain rules allow are looked at, by a job:
nothing else is asked for, and what is on no list stays unverified.
"""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from fediverse import events
from fediverse.clock import to_ms
from fediverse.database.database import json_of, json_text
from fediverse.errors import FediverseError, Invalid
from fediverse.node import Node
from fediverse.policy.content import (
    MAX_ALT_CHARACTERS,
    MAX_FIELD_CHARACTERS,
    MAX_FIELDS,
    MAX_NAME_CHARACTERS,
    MAX_NOTE_CHARACTERS,
    check_length,
)
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import canonical_host, host_of
from fediverse.policy.quotes import POLICIES
from fediverse.queries import accounts
from fediverse.queries.views import AccountView
from fediverse.queue import jobs
from fediverse.remote.media_types import media_type_of
from fediverse.text.markup import render
from fediverse.text.sanitise import clean_text, without_unusable
from fediverse.text.tags import fold_tag

MAX_ATTRIBUTION_DOMAINS = 100
_MAX_PAGE_BYTES = 1_048_576
_AS_THEY_ARE = (
    "locked", "bot", "discoverable", "indexable", "hide_collections", "show_media", "show_media_replies", "show_featured",
)  # fmt: skip
_PREFERENCES = ("default_visibility", "default_sensitive", "default_language", "default_quote_policy", "locale")


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What a person changes; None leaves it. *fields*: (name, value) as typed. *avatar_alt*, *header_alt*: what the pictures show, in words."""

    display_name: str | None = None
    note: str | None = None
    fields: tuple[tuple[str, str], ...] | None = None
    locked: bool | None = None
    bot: bool | None = None
    discoverable: bool | None = None
    indexable: bool | None = None
    hide_collections: bool | None = None
    default_visibility: str | None = None
    default_sensitive: bool | None = None
    default_language: str | None = None
    default_quote_policy: str | None = None
    locale: str | None = None
    avatar_alt: str | None = None
    header_alt: str | None = None
    attribution_domains: tuple[str, ...] | None = None
    show_media: bool | None = None
    show_media_replies: bool | None = None
    show_featured: bool | None = None


async def update_profile(node: Node, account_id: int, change: ProfileChange) -> None:
    """All of it or nothing. Raises Invalid for what cannot be."""
    preferences = _preference_columns(change)
    async with node.database.transaction():
        columns = await _profile_columns(node, account_id, change)
        await _update(node, "account", "id", account_id, columns)
        await _update(node, "local_user", "account_id", account_id, preferences)
        if columns:
            await events.record(node, events.ProfileUpdated(account_id))
        if "fields_shown" in columns:
            await jobs.enqueue(node, "verify_links", {"account_id": account_id}, key=f"verify_links {account_id}")


async def verify_links(node: Node, account_id: int) -> None:
    """Look at the pages that the person's details name and that were not verified yet."""
    account = await accounts.account(node, None, account_id)
    waiting = [
        link for link, verified in zip(account.field_sources, account.fields_verified, strict=True) if verified is None
    ]
    found = {link for link in waiting if await _links_back(node, link.strip(), account)}
    if not found:
        return
    async with node.database.transaction():
        stored = json_of(await node.database.value("SELECT fields_shown FROM account WHERE id = ?", account_id))
        now = to_ms(node.clock.now())
        marked = [
            {**field, "verified_at": now} if field.get("source") in found and not field.get("verified_at") else field
            for field in stored
        ]
        await _update(node, "account", "id", account_id, {"fields_shown": json_text(marked)})
        await events.record(node, events.ProfileUpdated(account_id))


async def _links_back(node: Node, address: str, account: AccountView) -> bool:
    """Whether the page at *address* names one of the account's own as its author's. A page that cannot be had says nothing."""
    try:
        host = host_of(address, allow_http=node.settings.development)
        if host == node.settings.host or not (await node.rules.decide(Direction.OUT_FETCH, "page", host)).allowed:
            return False
        page = await node.remote.fetch(
            address, direction=Direction.OUT_FETCH, kind="page", accept="text/html", max_bytes=_MAX_PAGE_BYTES
        )
    except FediverseError:
        return False
    if page.status != 200 or media_type_of(page) not in {"text/html", "application/xhtml+xml"}:
        return False
    reader = _RelMe()
    reader.feed(page.body.decode("utf-8", "replace"))
    return not reader.named.isdisjoint({account.url, account.uri})


class _RelMe(HTMLParser):
    """Collects the addresses that a page links with `rel="me"`."""

    def __init__(self) -> None:
        super().__init__()
        self.named: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in {"a", "link"} and "me" in (given.get("rel") or "").lower().split():
            self.named.add((given.get("href") or "").strip())


def _preference_columns(change: ProfileChange) -> dict[str, object]:
    columns = {name: value for name in _PREFERENCES if (value := getattr(change, name)) is not None}
    if columns.get("default_visibility", "public") not in {"public", "unlisted", "private", "direct"}:
        raise Invalid("Validation failed: Privacy is one of public, unlisted, private, direct")
    if columns.get("default_quote_policy", "public") not in POLICIES:
        raise Invalid("Validation failed: Quote policy is one of public, followers, nobody")
    if change.attribution_domains is not None:
        columns["attribution_domains"] = json_text(_domains(change.attribution_domains))
    return columns


def _domains(names: tuple[str, ...]) -> list[str]:
    """Domains that may name the person as an author, as canonical names. Raises Invalid."""
    if len(names) > MAX_ATTRIBUTION_DOMAINS:
        raise Invalid(f"Validation failed: Attribution domains are {MAX_ATTRIBUTION_DOMAINS} at most")
    wanted = (name.strip().removeprefix("https://").removeprefix("http://").partition("/")[0] for name in names)
    return list(dict.fromkeys(canonical_host(name.lower()) for name in wanted if name))


async def _profile_columns(node: Node, account_id: int, change: ProfileChange) -> dict[str, object]:
    columns: dict[str, object] = {name: value for name in _AS_THEY_ARE if (value := getattr(change, name)) is not None}
    for name in ("avatar_alt", "header_alt"):
        text = getattr(change, name)
        if text is not None:
            check_length(len(text), MAX_ALT_CHARACTERS)
            columns[name] = without_unusable(text)
    if change.display_name is not None:
        check_length(len(change.display_name), MAX_NAME_CHARACTERS)
        columns["display_name"] = clean_text(change.display_name, MAX_NAME_CHARACTERS)
    if change.note is not None:
        check_length(len(change.note), MAX_NOTE_CHARACTERS)
        columns["note_source"] = without_unusable(change.note)
        columns["note"] = _rendered(node, change.note)
    if change.fields is not None:
        columns["fields_shown"] = await _fields(node, account_id, change.fields)
    return columns


async def _fields(node: Node, account_id: int, given: tuple[tuple[str, str], ...]) -> str:
    """The details anew. One whose value stays as it was stays verified."""
    if len(given) > MAX_FIELDS:
        raise Invalid(f"Validation failed: A profile has {MAX_FIELDS} fields at most")
    account = await accounts.account(node, None, account_id)
    before = {
        source: to_ms(verified)
        for source, verified in zip(account.field_sources, account.fields_verified, strict=True)
        if verified is not None
    }
    return json_text([_field(node, name, value, before) for name, value in given if name or value])


def _field(node: Node, name: str, value: str, before: dict[str, int]) -> dict[str, Any]:
    check_length(max(len(name), len(value)), MAX_FIELD_CHARACTERS)
    shown = (
        _rendered(node, value).removeprefix("<p>").removesuffix("</p>").replace(' rel="nofollow', ' rel="me nofollow')
    )
    source = without_unusable(value)
    return {
        "name": clean_text(name, MAX_FIELD_CHARACTERS),
        "value": shown,
        "source": source,
        "verified_at": before.get(source),
    }


def _rendered(node: Node, text: str) -> str:
    return render(text, "plain", {}, lambda tag: node.uri(f"/tags/{fold_tag(tag)}"))


async def _update(node: Node, table: str, key: str, number: int, columns: dict[str, object]) -> None:
    if columns:
        listed = ", ".join(f"{name} = ?" for name in columns)
        await node.database.execute(f"UPDATE {table} SET {listed} WHERE {key} = ?", *columns.values(), number)
