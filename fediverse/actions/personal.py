"""What a person notes about others for oneself: remarks, whom one recommends, domains that one hides, suggestions that one does not want.

Called by the client API and the pages. Nothing of it leaves the node, save the follows that end with a hidden domain.
"""

from fediverse.actions import relations, severing
from fediverse.clock import to_ms
from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.policy.content import check_length
from fediverse.policy.hosts import canonical_host
from fediverse.queries import accounts
from fediverse.queries.relations import follow_state
from fediverse.streams import Signal, tell
from fediverse.text.sanitise import without_unusable

MAX_NOTE_CHARACTERS = 2000


async def note(node: Node, account_id: int, target_id: int, comment: str) -> None:
    """A remark that nobody else ever sees; an empty one takes it away."""
    await accounts.account(node, account_id, target_id)
    check_length(len(comment), MAX_NOTE_CHARACTERS)
    said = without_unusable(comment).strip()
    if not said:
        await node.database.execute(
            "DELETE FROM account_note WHERE account_id = ? AND target_id = ?", account_id, target_id
        )
        return
    await node.database.execute(
        "INSERT INTO account_note (id, account_id, target_id, comment) VALUES (?, ?, ?, ?)"
        " ON CONFLICT (account_id, target_id) DO UPDATE SET comment = EXCLUDED.comment",
        node.ids.next(), account_id, target_id, said,
    )  # fmt: skip


async def endorse(node: Node, account_id: int, target_id: int) -> None:
    """Show *target* on one's profile. Raises Invalid unless one follows it."""
    if await follow_state(node, account_id, target_id) != "accepted":
        raise Invalid("Validation failed: You must be already following the person you want to endorse")
    await node.database.insert(
        "endorsement",
        {
            "id": node.ids.next(),
            "account_id": account_id,
            "target_id": target_id,
            "created_at": to_ms(node.clock.now()),
        },
        if_absent="account_id, target_id",
    )


async def unendorse(node: Node, account_id: int, target_id: int) -> None:
    await node.database.execute("DELETE FROM endorsement WHERE account_id = ? AND target_id = ?", account_id, target_id)


async def hide_domain(node: Node, account_id: int, domain: str) -> None:
    """Nothing that comes from *domain* is shown to the person, and the follows in both directions end; how many, the person is told.

    Raises Invalid for what is no domain, and for the node's own.
    """
    name = canonical_host(domain.strip().lower().removeprefix("@"))
    if name in {node.settings.domain, node.settings.host}:
        raise Invalid("Validation failed: Domain is the one of this network")
    async with node.database.transaction():
        await node.database.insert(
            "hidden_domain",
            {"id": node.ids.next(), "account_id": account_id, "domain": name, "created_at": to_ms(node.clock.now())},
            if_absent="account_id, domain",
        )
        rows = await node.database.rows(
            "SELECT f.follower_id, f.target_id, f.state FROM follow f JOIN account a ON a.id IN (f.follower_id, f.target_id)"
            " WHERE a.domain = ? AND (f.follower_id = ? OR f.target_id = ?)",
            name, account_id, account_id,
        )  # fmt: skip
        for row in rows:
            if row["follower_id"] == account_id:
                await relations.unfollow(node, account_id, row["target_id"])
            else:
                await relations.reject(node, account_id, row["follower_id"])
        await node.database.execute(
            "DELETE FROM notification WHERE account_id = ? AND from_account_id IN (SELECT id FROM account WHERE domain = ?)",
            account_id,
            name,
        )
        ended = [row for row in rows if row["state"] == "accepted"]
        following = sum(row["follower_id"] == account_id for row in ended)
        if ended:
            await severing.tell(
                node, account_id, "user_domain_block", name, followers=len(ended) - following, following=following
            )
        tell(node, Signal("access", accounts=(account_id,)))


async def show_domain(node: Node, account_id: int, domain: str) -> None:
    """The follows that ended do not come back."""
    async with node.database.transaction():
        await node.database.execute(
            "DELETE FROM hidden_domain WHERE account_id = ? AND domain = ?",
            account_id,
            canonical_host(domain.strip().lower().removeprefix("@")),
        )
        tell(node, Signal("access", accounts=(account_id,)))


async def dismiss_suggestion(node: Node, account_id: int, target_id: int) -> None:
    """Never suggest *target* again. For an account that does not exist nothing happens."""
    await node.database.insert(
        "dismissed_suggestion",
        {"id": node.ids.next(), "account_id": account_id, "target_id": target_id},
        if_absent="account_id, target_id",
    )
