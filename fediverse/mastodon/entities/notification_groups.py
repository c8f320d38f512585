"""Grouped notifications (v2): groups name accounts and statuses, which stand beside them once each."""

from collections.abc import Sequence

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.notifications import about
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, moment
from fediverse.queries.notification_groups import NotificationGroupView
from fediverse.queries.views import AccountView


def grouped_notifications(
    views: Sequence[NotificationGroupView], viewer: int, uri: AbsoluteUrl, *, partial: bool = False, paged: bool = True
) -> Entity:
    """*partial*: only who comes first in a group stands there as a whole account; of the others as much as a row of faces needs."""
    whole = {one.id: one for view in views for one in (view.accounts[:1] if partial else view.accounts)}
    things = [about(view.newest, viewer, uri) for view in views]
    statuses = {thing["status"]["id"]: thing["status"] for thing in things if "status" in thing}
    entity: Entity = {
        "accounts": [account(one) for one in whole.values()],
        "statuses": list(statuses.values()),
        "notification_groups": [_group(view, thing, paged=paged) for view, thing in zip(views, things, strict=True)],
    }
    if partial:
        others = {one.id: one for view in views for one in view.accounts if one.id not in whole}
        entity["partial_accounts"] = [_partial_account(one) for one in others.values()]
    return entity


def _group(view: NotificationGroupView, thing: Entity, *, paged: bool) -> Entity:
    """`most_recent_notification_id` is a number: there are clients that read nothing else."""
    entity: Entity = {
        "group_key": view.key,
        "notifications_count": view.count,
        "type": view.newest.kind,
        "most_recent_notification_id": view.newest_id,
        "sample_account_ids": [str(one.id) for one in view.accounts],
    }
    if paged:
        entity |= {
            "page_min_id": str(view.page_min_id),
            "page_max_id": str(view.page_max_id),
            "latest_page_notification_at": moment(view.latest_at),
        }
    if "status" in thing:
        return entity | {"status_id": thing["status"]["id"]}
    return entity | thing


def _partial_account(view: AccountView) -> Entity:
    return {
        "id": str(view.id),
        "acct": view.acct,
        "url": view.url or view.uri,
        "avatar": view.avatar_url,
        "avatar_static": view.avatar_url,
        "avatar_description": "",
        "locked": view.locked,
        "bot": view.bot,
    }
