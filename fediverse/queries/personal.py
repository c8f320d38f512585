"""What a person noted about others for oneself, and whom an account recommends."""

from collections.abc import Sequence

from fediverse.database.database import marks
from fediverse.node import Node
from fediverse.queries.accounts import account
from fediverse.queries.load import account_views
from fediverse.queries.paging import page_rows
from fediverse.queries.posts import account_edges
from fediverse.queries.views import AccountView, Edge, Page

MAX_FAMILIAR = 40


async def endorsements(node: Node, viewer: int, account_id: int, page: Page) -> list[Edge[AccountView]]:
    """Whom the account shows on its profile."""
    await account(node, viewer, account_id)
    select = (
        "SELECT e.id AS edge, e.target_id AS id FROM endorsement e JOIN account a ON a.id = e.target_id"
        " WHERE e.account_id = ? AND a.suspended_at IS NULL AND a.deleted_at IS NULL"
    )
    return await account_edges(node, select, [account_id], page, key="e.id")


async def hidden_domains(node: Node, viewer: int, page: Page) -> list[Edge[str]]:
    select = "SELECT d.id, d.domain FROM hidden_domain d WHERE d.account_id = ?"
    rows = await page_rows(node, select, [viewer], page, key="d.id")
    return [Edge(row["id"], row["domain"]) for row in rows]


async def familiar_followers(node: Node, viewer: int, ids: Sequence[int]) -> dict[int, list[AccountView]]:
    """For each of *ids*, whom the viewer follows among its followers; nobody where the account, or the follower, hides whom they follow."""
    if not ids:
        return {}
    rows = await node.database.rows(
        "SELECT theirs.target_id, theirs.follower_id FROM follow theirs"
        " JOIN follow own ON own.target_id = theirs.follower_id AND own.follower_id = ? AND own.state = 'accepted'"
        " JOIN account target ON target.id = theirs.target_id AND NOT target.hide_collections"
        " JOIN account known ON known.id = theirs.follower_id AND NOT known.hide_collections"
        " AND known.suspended_at IS NULL AND known.deleted_at IS NULL"
        f" WHERE theirs.state = 'accepted' AND theirs.follower_id <> ? AND theirs.target_id IN ({marks(ids)}) ORDER BY theirs.id DESC",
        viewer, viewer, *ids,
    )  # fmt: skip
    views = await account_views(node, (row["follower_id"] for row in rows))
    found: dict[int, list[AccountView]] = {number: [] for number in ids}
    for row in rows:
        if len(found[row["target_id"]]) < MAX_FAMILIAR:
            found[row["target_id"]].append(views[row["follower_id"]])
    return found
