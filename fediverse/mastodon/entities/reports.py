"""Report: what a person told the moderators; Rule: what a report may name; AccountWarning and RelationshipSeveranceEvent: what moderators and
administrators did, as those hear of it whom it concerns. Nobody who reported, and no moderator, is named in any of them.
"""

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.values import Entity, moment, moment_or_null
from fediverse.queries.house_rules import HouseRuleView
from fediverse.queries.moderation import SeveranceView, WarningView
from fediverse.queries.reports import ReportView


def report(view: ReportView) -> Entity:
    return {
        "id": str(view.id),
        "action_taken": view.resolved,
        "action_taken_at": moment_or_null(view.resolved_at),
        "category": view.category,
        "comment": view.comment,
        "forwarded": view.forwarded,
        "created_at": moment(view.created_at),
        "status_ids": [str(number) for number in view.post_ids],
        "rule_ids": [str(number) for number in view.rule_ids],
        "collection_ids": [],
        "target_account": account(view.target),
    }


def rule(view: HouseRuleView) -> Entity:
    return {"id": str(view.id), "text": view.text, "hint": view.hint, "translations": {}}


def account_warning(view: WarningView) -> Entity:
    return {
        "id": str(view.id),
        "action": view.action,
        "text": view.text,
        "status_ids": [str(number) for number in view.post_ids],
        "target_account": account(view.target),
        "appeal": None,
        "created_at": moment(view.created_at),
    }


def severance(view: SeveranceView) -> Entity:
    """What was cut is not listed anywhere, so `purged` says that there is nothing to look at."""
    return {
        "id": str(view.id),
        "type": view.kind,
        "purged": True,
        "target_name": view.target_name,
        "followers_count": view.followers_count,
        "following_count": view.following_count,
        "created_at": moment(view.created_at),
    }
