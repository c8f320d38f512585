"""What somebody pasted into a search field: a handle, or the address of a profile or a post, from here or from another node.

Another node is only asked when the caller says so, by verbs that the domain policy stands in front of. Whatever comes of that, a node that is
refused, silent or without such a thing is one answer here: nothing was found.
"""

import re
from urllib.parse import unquote

from fediverse.actions import resolve
from fediverse.errors import DomainRefused, FediverseError, Invalid, NotFound
from fediverse.mastodon.authorization import Caller
from fediverse.mastodon.parameters import record_id
from fediverse.queries import accounts, posts
from fediverse.queries.views import AccountView, PostView
from fediverse.text.mentions import Handle, parse_handle

_ADDRESS = re.compile(r"(https?):/+([^\s/]\S*)\Z")
_OWN_PAGE = re.compile(r"@([^/?#]+)(?:/(\d+))?/?(?:[?#].*)?")


def address_in(text: str) -> str:
    """The URL that *text* is as a whole, or "". A slash may be missing behind the scheme: Elk sends its own paths so."""
    found = _ADDRESS.match(text.strip())
    return f"{found[1]}://{found[2]}" if found else ""


async def account_of_handle(me: Caller, text: str, *, fetch: bool) -> AccountView | None:
    """The account named *text* (`alice`, `@alice@beta.example`)."""
    try:
        handle = parse_handle(text)
    except Invalid:
        return None
    try:
        known = await accounts.by_acct(me.node, me.id, handle.acct)
    except NotFound:
        return await _fetched_account(me, handle) if handle.host is not None and fetch else None
    return None if known.deleted else known


async def behind_address(me: Caller, address: str, *, fetch: bool) -> AccountView | PostView | None:
    """The profile or the post that *address* leads to, as far as the caller may see it."""
    origin = me.node.uri("/")
    own = address.startswith(origin)
    if own and (page := _OWN_PAGE.fullmatch(address.removeprefix(origin))):
        return await _on_own_page(me, unquote(page[1]), page[2])
    known = await posts.by_uri(me.node, me.id, address) or await _known_account(me, address)
    if known is not None or own or not fetch:
        return known
    return await _fetched(me, address)


async def _known_account(me: Caller, address: str) -> AccountView | None:
    """None for a secret group, unless the caller may know of it."""
    found = await accounts.by_uri(me.node, address)
    shown = [] if found is None else await accounts.accounts(me.node, me.id, [found.id])
    return shown[0] if shown else None


async def _on_own_page(me: Caller, acct: str, post_id: str | None) -> AccountView | PostView | None:
    try:
        return (
            await posts.post(me.node, me.id, record_id(post_id))
            if post_id
            else await accounts.by_acct(me.node, me.id, acct)
        )
    except NotFound:
        return None


async def _fetched_account(me: Caller, handle: Handle) -> AccountView | None:
    try:
        return await accounts.account(me.node, me.id, await resolve.account_by_handle(me.node, handle.acct))
    except FediverseError:
        return None


async def _fetched(me: Caller, address: str) -> AccountView | PostView | None:
    """What led nowhere is not asked for again for a minute: Phanpy looks up each link that it shows, one a second. A refusal of ours may end at any moment."""
    if me.node.caches.failed_lookups.get(address) is not None:
        return None
    try:
        return await _fetched_thing(me, address)
    except DomainRefused:
        return None
    except FediverseError as problem:
        me.node.caches.failed_lookups.put(address, problem.code)
        return None


async def _fetched_thing(me: Caller, address: str) -> AccountView | PostView | None:
    """None for a post that is there and not the caller's to see. Raises what the second of two tries met."""
    try:
        post_id = await resolve.post_by_uri(me.node, address)
    except FediverseError:  # not a post: perhaps a profile
        return await accounts.account(me.node, me.id, await resolve.account_by_uri(me.node, address))
    try:
        return await posts.post(me.node, me.id, post_id)
    except NotFound:
        return None
