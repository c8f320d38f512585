"""The groups that posts stand in, for their views. Called by `load` with the accounts that it has at hand."""

from collections.abc import Iterable, Iterator, Mapping

from fediverse.database.database import Row, marks
from fediverse.node import Node
from fediverse.queries.views import AccountView, PostGroup


def authors_and_groups(rows: Iterable[Row]) -> Iterator[int]:
    """The ids of the accounts whose names a view of these posts shows."""
    for row in rows:
        yield row["author_id"]
        if row["group_id"] is not None:
            yield row["group_id"]


async def groups_of_posts(
    node: Node, rows: Iterable[Row], accounts: Mapping[int, AccountView]
) -> dict[int | None, PostGroup]:
    """The groups by id; nothing is asked when the posts stand in none."""
    wanted = sorted({row["group_id"] for row in rows if row["group_id"] is not None})
    if not wanted:
        return {}
    profiles = await node.database.rows(
        f"SELECT account_id, access, members_url FROM group_profile WHERE account_id IN ({marks(wanted)})", *wanted
    )
    return {
        row["account_id"]: PostGroup(accounts[row["account_id"]], row["access"], row["members_url"]) for row in profiles
    }
