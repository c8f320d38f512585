"""What a text names: people, tags, emoji. Resolves handles that are not known yet, so never call it inside a transaction."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from fediverse.actions import resolve
from fediverse.database.database import marks
from fediverse.errors import FediverseError
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.content import MAX_MENTIONS, MAX_TAGS
from fediverse.queries import accounts
from fediverse.queries.views import AccountView
from fediverse.text.markdown import TextFormat
from fediverse.text.markup import MentionLink, render
from fediverse.text.mentions import Handle, find_hashtags, find_mentions
from fediverse.text.tags import fold_tag

Find = Callable[[Node, str], Awaitable[int]]
"""The id of the account of a handle; raises for what leads nowhere."""

_SHORTCODE = re.compile(r":([A-Za-z0-9_]{2,100}):")
_log = get(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    html: str
    mentioned: tuple[int, ...]
    tags: tuple[str, ...]
    unknown: tuple[Handle, ...] = ()


async def write(
    node: Node, author_id: int, text: str, text_format: TextFormat, find: Find = resolve.account_by_handle
) -> Written:
    """*text* as HTML with whom and what it names. A handle that leads nowhere, or to a domain that is not allowed, stays plain text, and is `unknown`."""
    links: dict[str, MentionLink] = {}
    mentioned: dict[int, None] = {}
    unknown: list[Handle] = []
    for handle in find_mentions(text, text_format)[:MAX_MENTIONS]:
        account = await _account(node, author_id, handle, find)
        if account is None:
            unknown.append(handle)
        else:
            links[handle.key] = MentionLink(account.url, account.username)
            if account.id != author_id:
                mentioned[account.id] = None
    tags = tuple(find_hashtags(text, text_format)[:MAX_TAGS])
    html = render(text, text_format, links, lambda tag: node.uri(f"/tags/{fold_tag(tag)}"))
    return Written(html, tuple(mentioned), tags, tuple(unknown))


async def _account(node: Node, author_id: int, handle: Handle, find: Find) -> AccountView | None:
    try:
        account_id = await find(node, handle.acct)
        found = await accounts.account(node, author_id, account_id)
    except FediverseError as problem:
        _log.info("mention.unresolved", handle=handle.acct, reason=problem.safe)
        return None
    return None if found.suspended or found.deleted else found


async def emojis_in(node: Node, text: str) -> tuple[tuple[str, str], ...]:
    """Our own custom emoji that *text* uses, as (shortcode, domain)."""
    names = list(dict.fromkeys(_SHORTCODE.findall(text)))[:100]
    if not names:
        return ()
    rows = await node.database.rows(
        f"SELECT shortcode FROM emoji WHERE domain = '' AND shortcode IN ({marks(names)})", *names
    )
    return tuple((row["shortcode"], "") for row in rows)
