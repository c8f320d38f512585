"""Questions about accounts. A suspended or deleted account is answered as such, so that its name does not come free; a wrong id is NotFound."""

from collections.abc import Iterable, Sequence

from fediverse.clock import from_ms, to_ms
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.policy.groups import known_to_person
from fediverse.policy.visibility import Condition, offered_to_person
from fediverse.queries.group_secrets import known_to_server
from fediverse.queries.hidden import of_shown_domain
from fediverse.queries.load import account_view, ordered_accounts
from fediverse.queries.paging import page_rows
from fediverse.queries.views import AccountView, NodeCounts, Page, UserView

_MONTH_MS = 30 * 24 * 3600 * 1000
_AT_ONCE = 500


async def account(node: Node, viewer: int | None, account_id: int) -> AccountView:
    """Raises NotFound, also for a secret group that the viewer may not know of. Without a viewer: as it is, for verbs that ask permission themselves."""
    kept = None if node.batch is None or viewer is not None else node.batch.accounts.get(account_id)
    return kept or await _one_known(node, viewer, "id = ?", account_id)


async def accounts(node: Node, viewer: int | None, ids: Sequence[int]) -> list[AccountView]:
    """Accounts in the order of *ids*; unknown ones, and groups that the viewer may not know of, are left out."""
    found = await ordered_accounts(node, ids)
    hidden = await hidden_groups(node, viewer, ids)
    return [one for one in found if one.id not in hidden]


async def by_acct(node: Node, viewer: int | None, acct: str) -> AccountView:
    """The account of `alice`, `alice@our.domain` or a known `alice@beta.example`, in any case. Raises NotFound."""
    return await _one_known(node, viewer, "handle = ?", handle_of(node, acct))


async def _one_known(node: Node, viewer: int | None, condition: str, value: object) -> AccountView:
    """In one question, so that what is hidden takes as long as what does not exist."""
    if viewer is None:
        return await _one(node, condition, value)
    known, values = known_to_person(viewer, "account.id")
    row = await node.database.row(f"SELECT * FROM account WHERE {condition} AND {known}", value, *values)
    if row is None:
        raise NotFound
    return account_view(node, row, node.clock.now())


async def hidden_groups(node: Node, viewer: int | None, ids: Sequence[int]) -> set[int]:
    """Those of *ids* that are secret groups of which the viewer may not know. Asked of all ids alike, so that it takes the same time for each."""
    if viewer is None or not ids:
        return set()
    known, values = known_to_person(viewer)
    rows = await node.database.rows(
        f"SELECT a.id FROM account a WHERE a.id IN ({marks(ids)}) AND NOT {known}", *ids, *values
    )
    return {row["id"] for row in rows}


async def by_uri(node: Node, uri: str) -> AccountView | None:
    if node.batch is not None and (uri in node.batch.accounts or uri in node.batch.unknown):
        return node.batch.accounts.get(uri)
    return await _maybe(node, "uri = ?", uri)


async def ids_of_uris(node: Node, uris: Sequence[str]) -> dict[str, int]:
    """URI → id of those that are accounts known here."""
    kept = (
        {}
        if node.batch is None
        else {uri: found.id for uri in uris if (found := node.batch.accounts.get(uri)) is not None}
    )
    asked = [uri for uri in uris if uri not in kept and (node.batch is None or uri not in node.batch.unknown)]
    if not asked:
        return kept
    rows = await node.database.rows(f"SELECT id, uri FROM account WHERE uri IN ({marks(asked)})", *asked)
    return kept | {row["uri"]: row["id"] for row in rows}


async def remember_for_batch(node: Node, uris: Iterable[str]) -> None:
    """Ask once for all accounts that the batch will ask for by these URIs."""
    if node.batch is None:
        return
    wanted = [uri for uri in dict.fromkeys(uris) if uri not in node.batch.accounts]
    for start in range(0, len(wanted), _AT_ONCE):
        part = wanted[start : start + _AT_ONCE]
        rows = await node.database.rows(f"SELECT * FROM account WHERE uri IN ({marks(part)})", *part)
        now = node.clock.now()
        for row in rows:
            node.batch.remember(account_view(node, row, now))
    node.batch.unknown.update(uri for uri in wanted if uri not in node.batch.accounts)


async def local_by_username(node: Node, username: str) -> AccountView | None:
    return await _maybe(node, "handle = ? AND host = '' AND kind <> 'application'", username.lower())


async def local_for_server(node: Node, host: str | None, username: str) -> AccountView | None:
    """The same as the node *host* may know of it (None: anybody): of a secret group only where somebody is a member or invited."""
    found = await local_by_username(node, username)
    if found is not None and not found.group:
        return found
    # Asked for a name that is nobody's as well: a secret group takes just as long.
    is_known = await known_to_server(node, found.id if found else 0, host or "")
    return found if is_known else None


async def instance_actor(node: Node) -> AccountView:
    return await _one(node, "uri = ?", node.uri("/actor"))


async def search(
    node: Node,
    viewer: int,
    text: str,
    limit: int,
    offset: int = 0,
    following: bool = False,
) -> list[AccountView]:
    """Accounts whose handle or shown name begins with *text*, whom the viewer follows first; for completing a name while it is typed.

    Who was limited by a moderator is found by followers, and by whoever writes the whole handle.
    """
    prefix = beginning_with(text.removeprefix("@").lower())
    offered, offered_values = offered_to_person(viewer, "a.id")
    shown, shown_values = of_shown_domain(viewer, "a.id")
    known, known_values = known_to_person(viewer)
    only_followed = "f.id IS NOT NULL" if following else "1 = 1"
    rows = await node.database.rows(
        "SELECT a.* FROM account a LEFT JOIN follow f ON f.target_id = a.id AND f.follower_id = ? AND f.state = 'accepted'"
        " WHERE (a.handle LIKE ? ESCAPE '!' OR lower(a.display_name) LIKE ? ESCAPE '!' OR lower(a.display_name) LIKE ? ESCAPE '!')"
        f" AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.kind <> 'application' AND {only_followed}"
        f" AND ({offered} OR a.handle = ?) AND {shown} AND {known}"
        " ORDER BY CASE WHEN f.id IS NULL THEN 1 ELSE 0 END, CASE WHEN a.host = '' THEN 0 ELSE 1 END, a.handle LIMIT ? OFFSET ?",
        viewer, prefix, prefix, "% " + prefix, *offered_values, handle_of(node, text), *shown_values, *known_values, limit, offset,
    )  # fmt: skip
    now = node.clock.now()
    return [account_view(node, row, now) for row in rows]


async def directory(
    node: Node,
    viewer: int,
    limit: int,
    offset: int,
    local: bool = True,
    order: str = "active",
) -> list[AccountView]:
    """People who let themselves be found, the recently active first, or the newest; nobody whom the viewer blocked or muted, or who moved away."""
    place = "a.host = ''" if local else "1 = 1"
    quiet, quiet_values = welcome_to(node, viewer)
    offered, offered_values = offered_to_person(viewer, "a.id")
    known, known_values = known_to_person(viewer)
    by = "a.created_at" if order == "new" else "COALESCE(a.last_posted_at, 0)"
    rows = await node.database.rows(
        f"SELECT a.* FROM account a WHERE a.discoverable AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND a.kind <> 'application'"
        f" AND {place} AND a.moved_to_uri = '' AND {offered} AND {quiet} AND {known} ORDER BY {by} DESC, a.id DESC LIMIT ? OFFSET ?",
        *offered_values, *quiet_values, *known_values, limit, offset,
    )  # fmt: skip
    now = node.clock.now()
    return [account_view(node, row, now) for row in rows]


def welcome_to(node: Node, viewer: int, account: str = "a.id") -> Condition:
    """Nobody blocks whom between the viewer and *account*; the viewer muted neither the account nor hides its domain."""
    shown, shown_values = of_shown_domain(viewer, account)
    condition = (
        f"NOT EXISTS (SELECT 1 FROM block wb WHERE (wb.account_id = ? AND wb.target_id = {account})"
        f" OR (wb.account_id = {account} AND wb.target_id = ?))"
        f" AND NOT EXISTS (SELECT 1 FROM mute wm WHERE wm.account_id = ? AND wm.target_id = {account}"
        f" AND (wm.expires_at IS NULL OR wm.expires_at > ?)) AND {shown}"
    )
    return condition, [viewer, viewer, viewer, to_ms(node.clock.now()), *shown_values]


async def user(node: Node, account_id: int) -> UserView:
    """The private side of a local account. Raises NotFound for anybody else's."""
    row = await node.database.row(f"{_USERS} WHERE u.account_id = ?", account_id)
    if row is None:
        raise NotFound
    return _user_view(row)


async def user_by_username(node: Node, username: str) -> UserView:
    row = await node.database.row(f"{_USERS} WHERE a.handle = ?", username.lower())
    if row is None:
        raise NotFound(f"there is no account named {username} on this node; `fediverse account list` shows who is here")
    return _user_view(row)


async def users(node: Node, page: Page) -> list[UserView]:
    rows = await page_rows(node, f"{_USERS} WHERE 1 = 1", [], page, key="u.account_id")
    return [_user_view(row) for row in rows]


async def administrators(node: Node) -> list[int]:
    rows = await node.database.rows(
        "SELECT account_id FROM local_user WHERE role IN ('admin', 'moderator') AND disabled_at IS NULL"
    )
    return [row["account_id"] for row in rows]


async def node_counts(node: Node) -> NodeCounts:
    """How many people, posts of theirs and known hosts; people active in the last 30 days and half year."""
    now = to_ms(node.clock.now())
    row = await node.database.row(
        "SELECT (SELECT count(*) FROM local_user WHERE disabled_at IS NULL) AS users,"
        " (SELECT COALESCE(sum(posts_count), 0) FROM account WHERE host = '') AS posts,"
        " (SELECT count(DISTINCT host) FROM account WHERE host <> '') AS hosts,"
        " (SELECT count(*) FROM local_user WHERE disabled_at IS NULL AND last_seen_at > ?) AS month,"
        " (SELECT count(*) FROM local_user WHERE disabled_at IS NULL AND last_seen_at > ?) AS half_year",
        now - _MONTH_MS, now - 6 * _MONTH_MS,
    )  # fmt: skip
    counts = row or {"users": 0, "posts": 0, "hosts": 0, "month": 0, "half_year": 0}
    return NodeCounts(counts["users"], int(counts["posts"]), counts["hosts"], counts["month"], counts["half_year"])


def handle_of(node: Node, acct: str) -> str:
    """The stored form of a handle: lower case, without our own domain."""
    name, _at, domain = acct.strip().removeprefix("acct:").removeprefix("@").lower().partition("@")
    return name if domain in {"", node.settings.domain, node.settings.host} else f"{name}@{domain}"


_USERS = "SELECT u.*, a.username, a.suspended_at FROM local_user u JOIN account a ON a.id = u.account_id"


def _user_view(row: Row) -> UserView:
    return UserView(
        account_id=row["account_id"],
        username=row["username"],
        email=row["email"],
        role=row["role"],
        locale=row["locale"],
        default_visibility=row["default_visibility"],
        default_sensitive=bool(row["default_sensitive"]),
        default_language=row["default_language"],
        default_quote_policy=row["default_quote_policy"],
        attribution_domains=tuple(json_of(row["attribution_domains"])),
        disabled=row["disabled_at"] is not None,
        suspended=row["suspended_at"] is not None,
        created_at=from_ms(row["created_at"]),
    )


async def _one(node: Node, condition: str, value: object) -> AccountView:
    found = await _maybe(node, condition, value)
    if found is None:
        raise NotFound
    return found


async def _maybe(node: Node, condition: str, value: object) -> AccountView | None:
    row = await node.database.row(f"SELECT * FROM account WHERE {condition}", value)
    return None if row is None else account_view(node, row, node.clock.now())


def beginning_with(text: str) -> str:
    """The pattern of LIKE for what begins with *text*, with `!` as the escape."""
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_") + "%"
