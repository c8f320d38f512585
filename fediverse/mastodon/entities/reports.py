"""Report: what a person told the administrators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.values import moment
from fediverse.queries.views import AccountView

CATEGORIES = ("spam", "legal", "violation", "other")


def report(
    number: int,
    target: AccountView,
    status_ids: Sequence[int],
    comment: str,
    category: str,
    created_at: datetime,
    *,
    forwarded: bool,
) -> dict[str, Any]:
    return {
        "id": str(number),
        "action_taken": False,
        "action_taken_at": None,
        "category": category if category in CATEGORIES else "other",
        "comment": comment,
        "forwarded": forwarded,
        "created_at": moment(created_at),
        "status_ids": [str(one) for one in status_ids],
        "rule_ids": [],
        "target_account": account(target),
    }
