"""Domains that a person hides from oneself: one condition, asked by timelines, notifications, search and suggestions inside their queries."""

from fediverse.policy.visibility import Condition


def of_shown_domain(viewer: int, accounts: str) -> Condition:
    """None of *accounts*, SQL for an account's id or several, is of a domain that the viewer hides."""
    condition = (
        "NOT EXISTS (SELECT 1 FROM hidden_domain vd JOIN account va ON va.domain = vd.domain"
        f" WHERE vd.account_id = ? AND va.id IN ({accounts}))"
    )
    return condition, [viewer]
