"""Admin::Report: a report as those read it who decide about it."""

from collections.abc import Mapping

from fediverse.mastodon.entities.admin_accounts import admin_account
from fediverse.mastodon.entities.reports import rule
from fediverse.mastodon.entities.statuses import status
from fediverse.mastodon.entities.values import AbsoluteUrl, Entity, moment, moment_or_null
from fediverse.queries.moderation import ModeratedAccountView
from fediverse.queries.reports import ReportView
from fediverse.queries.views import AccountView


def admin_report(view: ReportView, people: Mapping[int, ModeratedAccountView], viewer: int, uri: AbsoluteUrl) -> Entity:
    """*people* are all accounts that the report names, with their private sides."""

    def person(named: AccountView | None) -> Entity | None:
        return None if named is None or named.id not in people else admin_account(people[named.id])

    return {
        "id": str(view.id),
        "action_taken": view.resolved,
        "action_taken_at": moment_or_null(view.resolved_at),
        "category": view.category,
        "comment": view.comment,
        "forwarded": view.forwarded,
        "created_at": moment(view.created_at),
        "updated_at": moment(view.updated_at),
        "account": person(view.reporter),
        "target_account": person(view.target),
        "assigned_account": person(view.assigned_to),
        "action_taken_by_account": person(view.resolved_by),
        "statuses": [status(post, viewer, uri) for post in view.posts],
        "rules": [rule(one) for one in view.rules],
        "collections": [],
    }
