"""Polls, as they stand in a status and by themselves."""

from collections.abc import Sequence

from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.values import Entity, moment_or_null
from fediverse.queries.views import CustomEmoji, PollView


def poll(view: PollView, emojis: Sequence[CustomEmoji]) -> Entity:
    """*emojis* are those of the post; the ones that an option uses are shown. An option's number is null while it is nobody's to see."""
    titles = "".join(option.title for option in view.options)
    return {
        "id": str(view.id),
        "expires_at": moment_or_null(view.expires_at),
        "expired": view.expired,
        "multiple": view.multiple,
        "votes_count": view.votes_count,
        "voters_count": view.voters_count,
        "voted": view.voted,
        "own_votes": list(view.own_votes),
        "options": [{"title": option.title, "votes_count": option.votes_count} for option in view.options],
        "emojis": [custom_emoji(emoji) for emoji in emojis if f":{emoji.shortcode}:" in titles],
    }
