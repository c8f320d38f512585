"""Custom emoji: they stay in texts as `:shortcode:`, and this says which picture to show."""

from fediverse.mastodon.entities.values import Entity
from fediverse.queries.views import CustomEmoji


def custom_emoji(emoji: CustomEmoji) -> Entity:
    return {
        "shortcode": emoji.shortcode,
        "url": emoji.url,
        "static_url": emoji.static_url,
        "visible_in_picker": emoji.visible,
        "category": emoji.category or None,
    }
