"""Whom a person might want to follow: colleagues, those first whom the people that one follows follow already, then the recently active."""

from dataclasses import dataclass

from fediverse.node import Node
from fediverse.policy.visibility import offered_to_person
from fediverse.queries.accounts import welcome_to
from fediverse.queries.load import ordered_accounts
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class Suggestion:
    """*familiar*: how many of those whom the viewer follows follow the account, as far as they show it."""

    account: AccountView
    familiar: int


async def suggestions(node: Node, viewer: int, limit: int, offset: int = 0) -> list[Suggestion]:
    """People of this node who let themselves be found, and whom the viewer neither follows, asked to follow, blocked, muted nor dismissed."""
    welcome, welcome_values = welcome_to(node, viewer)
    offered, offered_values = offered_to_person(viewer, "a.id")
    rows = await node.database.rows(
        "SELECT a.id, (SELECT count(*) FROM follow theirs JOIN follow own ON own.target_id = theirs.follower_id"
        " JOIN account known ON known.id = theirs.follower_id"
        " WHERE theirs.target_id = a.id AND theirs.state = 'accepted' AND own.follower_id = ? AND own.state = 'accepted'"
        " AND NOT known.hide_collections AND NOT a.hide_collections) AS familiar"
        " FROM account a JOIN local_user u ON u.account_id = a.id AND u.disabled_at IS NULL"
        " WHERE a.id <> ? AND a.discoverable AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.moved_to_uri = ''"
        " AND NOT EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = ? AND f.target_id = a.id)"
        " AND NOT EXISTS (SELECT 1 FROM dismissed_suggestion ds WHERE ds.account_id = ? AND ds.target_id = a.id)"
        f" AND {welcome} AND {offered} ORDER BY familiar DESC, COALESCE(a.last_posted_at, 0) DESC, a.id DESC LIMIT ? OFFSET ?",
        viewer, viewer, viewer, viewer, *welcome_values, *offered_values, limit, offset,
    )  # fmt: skip
    familiar = {row["id"]: row["familiar"] for row in rows}
    return [Suggestion(view, familiar[view.id]) for view in await ordered_accounts(node, list(familiar))]
