"""What a device shows of a notification, in the person's language: one line for each kind, and the beginning of what was written."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MAX_TITLE: Final = 200
MAX_BODY: Final = 140
_MORE: Final = "…"

TITLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "mention": "{name} wrote to you",
            "status": "{name} posted",
            "reblog": "{name} boosted your post",
            "favourite": "{name} likes your post",
            "follow": "{name} follows you",
            "follow_request": "{name} asks to follow you",
            "group_request": "{name} asks to join a group of yours",
            "group_invitation": "{name} invites you",
            "update": "{name} changed a post that you boosted",
            "poll": "A poll of {name} has ended",
            "quote": "{name} quoted your post",
            "quoted_update": "{name} changed a post that you quoted",
            "admin.sign_up": "{name} has joined",
            "admin.report": "{name} reported something",
            "severed_relationships": "Connections of yours were cut",
            "moderation_warning": "A moderator has a message for you",
        },
        "fr": {
            "mention": "{name} vous a écrit",
            "status": "{name} a publié un message",
            "reblog": "{name} a partagé votre message",
            "favourite": "{name} aime votre message",
            "follow": "{name} vous suit",
            "follow_request": "{name} demande à vous suivre",
            "group_request": "{name} demande à entrer dans l’un de vos groupes",
            "group_invitation": "{name} vous invite",
            "update": "{name} a modifié un message que vous avez partagé",
            "poll": "Un sondage de {name} est terminé",
            "quote": "{name} a cité votre message",
            "quoted_update": "{name} a modifié un message que vous avez cité",
            "admin.sign_up": "{name} vient d’arriver",
            "admin.report": "{name} a fait un signalement",
            "severed_relationships": "Des liens que vous aviez ont été coupés",
            "moderation_warning": "Un modérateur a un message pour vous",
        },
    }
)


def title(kind: str, name: str, locale: str) -> str:
    """In English where the language is not one of ours. *kind*: that of the notification, or `group_request` and `group_invitation`, which clients know as
    requests to follow.
    """
    return shortened(TITLES.get(locale, TITLES["en"])[kind].format(name=name), MAX_TITLE)


def shortened(text: str, most: int = MAX_BODY) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + _MORE
