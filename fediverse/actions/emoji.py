"""Where other nodes' custom emoji lie. Our own are added in `media`."""

from collections.abc import Sequence

from fediverse.activitystreams.tags import Emoji
from fediverse.clock import to_ms
from fediverse.node import Node

MAX_SHORTCODE = 100


async def remember_emoji(node: Node, domain: str, emojis: Sequence[Emoji]) -> None:
    """Keep the addresses of a domain's emoji, as a post or a profile of its people names them; fetched when somebody looks."""
    now = to_ms(node.clock.now())
    await node.database.execute_many(
        "INSERT INTO emoji (id, shortcode, domain, file, remote_url, category, visible, created_at) VALUES (?, ?, ?, '', ?, '', ?, ?)"
        " ON CONFLICT (shortcode, domain) DO NOTHING",
        [(node.ids.next(), shortcode[:MAX_SHORTCODE], domain, url, False, now) for shortcode, url, _still in emojis],
    )
