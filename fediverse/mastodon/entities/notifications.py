"""What a person is told, how far the person has read, and the policy for whom the person wants to hear."""

from collections.abc import Iterable, Mapping

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.reports import account_warning, report, severance
from fediverse.mastodon.entities.statuses import status
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, moment
from fediverse.queries.notification_requests import NotificationPolicyView, NotificationRequestView
from fediverse.queries.notifications import ABOUT_A_PERSON, ABOUT_A_POST
from fediverse.queries.views import MarkerView, NotificationView

_V1_SORTS: Mapping[str, str] = {
    "filter_not_following": "for_not_following",
    "filter_not_followers": "for_not_followers",
    "filter_new_accounts": "for_new_accounts",
    "filter_private_mentions": "for_private_mentions",
}
V1_NAMES = tuple(_V1_SORTS)


def can_be_shown(view: NotificationView) -> bool:
    """Clients crash on a kind they do not know and on a mention without its status; and what was put aside is not shown unasked."""
    if view.filtered:
        return False
    if view.kind in ABOUT_A_POST:
        return view.post is not None
    return view.kind in ABOUT_A_PERSON or any((view.report, view.warning, view.severance))


def about(view: NotificationView, viewer: int, uri: AbsoluteUrl) -> Entity:
    """What the kind tells of, under its name."""
    if view.kind in ABOUT_A_POST and view.post is not None:
        return {"status": status(view.post, viewer, uri)}
    if view.report is not None:
        return {"report": report(view.report)}
    if view.warning is not None:
        return {"moderation_warning": account_warning(view.warning)}
    if view.severance is not None:
        return {"event": severance(view.severance)}
    return {}


def notification(view: NotificationView, viewer: int, uri: AbsoluteUrl) -> Entity:
    return {
        "id": str(view.id),
        "type": view.kind,
        "created_at": moment(view.created_at),
        "group_key": view.group_key or f"ungrouped-{view.id}",
        "account": account(view.account),
        **about(view, viewer, uri),
    }


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


def notification_policy(view: NotificationPolicyView) -> Entity:
    return {**view.outcomes, "summary": _summary(view)}


def notification_policy_v1(view: NotificationPolicyView) -> Entity:
    """Yes and no, from before there were three outcomes: whatever is not accepted is filtered."""
    return {
        **{name: view.outcomes[sort] != "accept" for name, sort in _V1_SORTS.items()},
        "summary": _summary(view),
    }


def outcomes_of_v1(wanted: Mapping[str, bool]) -> dict[str, str]:
    """What a client of the first version asks for, in the words of the second."""
    return {_V1_SORTS[name]: "filter" if filters else "accept" for name, filters in wanted.items()}


def notification_request(view: NotificationRequestView, viewer: int, uri: AbsoluteUrl) -> Entity:
    """The count is a text here, as upstream has it."""
    return {
        "id": str(view.id),
        "created_at": moment(view.created_at),
        "updated_at": moment(view.updated_at),
        "notifications_count": str(view.notifications_count),
        "account": account(view.account),
        "last_status": None if view.last_post is None else status(view.last_post, viewer, uri),
    }


def _summary(view: NotificationPolicyView) -> Entity:
    return {
        "pending_requests_count": view.pending_requests,
        "pending_notifications_count": view.pending_notifications,
    }
