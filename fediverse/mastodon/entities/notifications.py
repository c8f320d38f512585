"""What a person is told, how far the person has read, and the filter policy that lets everything through."""

from collections.abc import Iterable

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.statuses import status
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, moment
from fediverse.queries.views import MarkerView, NotificationView

_ABOUT_A_STATUS = frozenset({"mention", "status", "reblog", "favourite", "update"})
_ABOUT_A_PERSON = frozenset({"follow", "follow_request"})
KINDS = _ABOUT_A_STATUS | _ABOUT_A_PERSON


def can_be_shown(view: NotificationView) -> bool:
    """Clients crash on a kind they do not know and on a mention without its status: such a notification is left out."""
    return view.kind in _ABOUT_A_PERSON or (view.kind in _ABOUT_A_STATUS and view.post is not None)


def notification(view: NotificationView, viewer: int, uri: AbsoluteUrl) -> Entity:
    entity: Entity = {
        "id": str(view.id),
        "type": view.kind,
        "created_at": moment(view.created_at),
        "group_key": f"ungrouped-{view.id}",
        "account": account(view.account),
    }
    if view.kind in _ABOUT_A_STATUS and view.post is not None:
        entity["status"] = status(view.post, viewer, uri)
    return entity


def markers(views: Iterable[MarkerView]) -> Entity:
    """By timeline."""
    return {
        view.timeline: {
            "last_read_id": view.last_read_id,
            "version": view.version,
            "updated_at": moment(view.updated_at),
        }
        for view in views
    }


def open_policy() -> Entity:
    """Nothing is held back."""
    return {
        "for_not_following": "accept",
        "for_not_followers": "accept",
        "for_new_accounts": "accept",
        "for_private_mentions": "accept",
        "for_limited_accounts": "accept",
        "for_bots": "accept",
        "summary": _nothing_pending(),
    }


def open_policy_v1() -> Entity:
    return {
        "filter_not_following": False,
        "filter_not_followers": False,
        "filter_new_accounts": False,
        "filter_private_mentions": False,
        "summary": _nothing_pending(),
    }


def _nothing_pending() -> Entity:
    return {"pending_requests_count": 0, "pending_notifications_count": 0}
