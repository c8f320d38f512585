"""Timelines: which posts a person is shown where. Each asks visibility inside its query, and leaves out whom the viewer muted or blocked."""

from collections.abc import Sequence

from fediverse.node import Node
from fediverse.policy.visibility import Condition, offered_to_person, seen_by_person
from fediverse.queries.hidden import of_shown_domain
from fediverse.queries.load import post_views, views_of_posts
from fediverse.queries.paging import page_rows
from fediverse.queries.views import Edge, Page, PostView
from fediverse.text.tags import fold_tag

_HAS_MEDIA = "EXISTS (SELECT 1 FROM media md WHERE md.post_id = p.id)"
IN_PUBLIC = ("p.visibility = 'public'", "p.boost_of_id IS NULL")
_IS_LOCAL = "EXISTS (SELECT 1 FROM account la WHERE la.id = p.author_id AND la.host = '')"


async def home(node: Node, viewer: int, page: Page) -> list[PostView]:
    """The viewer's own posts and those of whom the viewer follows, boosts as the follow says."""
    shown, values = shown_at_home(node, viewer)
    select = f"SELECT p.* FROM home_entry h JOIN post p ON p.id = h.post_id WHERE {shown}"
    rows = await page_rows(node, select, values, page, key="h.post_id")
    return list((await views_of_posts(node, viewer, rows)).values())


async def public(
    node: Node, viewer: int, page: Page, local: bool = False, remote: bool = False, only_media: bool = False
) -> list[PostView]:
    """Public posts that reached this node: *local* by our people, *remote* by others. No boosts."""
    conditions = [*IN_PUBLIC]
    conditions += place_conditions(local=local, remote=remote, only_media=only_media)
    return await _listed(node, viewer, page, conditions, [])


async def tag(
    node: Node,
    viewer: int,
    name: str,
    page: Page,
    any_: Sequence[str] = (),
    all_: Sequence[str] = (),
    none_: Sequence[str] = (),
    local: bool = False,
    remote: bool = False,
    only_media: bool = False,
) -> list[PostView]:
    """Public posts tagged *name* or one of *any_*, with every one of *all_* and none of *none_*."""
    conditions = [*IN_PUBLIC]
    values: list[object] = []

    def require(names: Sequence[str], *, wanted: bool) -> None:
        folded = [fold_tag(text) for text in names]
        marks = ", ".join("?" * len(folded))
        conditions.append(
            f"{'' if wanted else 'NOT '}EXISTS (SELECT 1 FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = p.id AND t.name IN ({marks}))"
        )
        values.extend(folded)

    require([name, *any_], wanted=True)
    for one in all_:
        require([one], wanted=True)
    if none_:
        require(none_, wanted=False)
    conditions += place_conditions(local=local, remote=remote, only_media=only_media)
    return await _listed(node, viewer, page, conditions, values)


async def account_posts(
    node: Node,
    viewer: int,
    account_id: int,
    page: Page,
    pinned: bool = False,
    only_media: bool = False,
    exclude_replies: bool = False,
    exclude_boosts: bool = False,
    tagged: str = "",
    exclude_direct: bool = False,
) -> list[PostView]:
    """What an account posted and boosted, as the viewer may see it. Mutes do not count on the account's own page."""
    # Of a group that is its wall; what somebody wrote in a group stands there, and not on the person's own page.
    of_account = "(p.author_id = ? OR p.group_id = ?)"
    conditions, values = [of_account], [account_id, account_id]  # type: list[str], list[object]
    if pinned:
        conditions.append("EXISTS (SELECT 1 FROM pin WHERE pin.post_id = p.id AND pin.account_id = p.author_id)")
    if only_media:
        conditions.append(_HAS_MEDIA)
    if exclude_replies:
        conditions.append("(p.reply_to_id IS NULL AND p.reply_to_uri = '' OR p.reply_to_account_id = p.author_id)")
    if exclude_boosts:
        conditions.append("p.boost_of_id IS NULL")
    if exclude_direct:
        conditions.append("p.visibility <> 'direct'")
    if tagged:
        conditions.append(
            "EXISTS (SELECT 1 FROM post_tag pt JOIN tag t ON t.id = pt.tag_id WHERE pt.post_id = p.id AND t.name = ?)"
        )
        values.append(fold_tag(tagged))
    return await _listed(node, viewer, page, conditions, values, silence=False)


async def group(
    node: Node, viewer: int, group_id: int, page: Page, exclude_replies: bool = False, only_media: bool = False
) -> list[PostView]:
    """What stands in a group, as far as the viewer may see it: its wall."""
    conditions = ["p.group_id = ?", "p.boost_of_id IS NULL"]
    if only_media:
        conditions.append(_HAS_MEDIA)
    if exclude_replies:
        conditions.append("p.reply_to_id IS NULL AND p.reply_to_uri = ''")
    return await _listed(node, viewer, page, conditions, [group_id])


async def likes(node: Node, viewer: int, page: Page) -> list[Edge[PostView]]:
    return await _own_edges(node, viewer, page, "reaction")


async def bookmarks(node: Node, viewer: int, page: Page) -> list[Edge[PostView]]:
    return await _own_edges(node, viewer, page, "bookmark")


async def _own_edges(node: Node, viewer: int, page: Page, table: str) -> list[Edge[PostView]]:
    seen, seen_values = seen_by_person(viewer)
    select = f"SELECT e.id AS edge, p.id AS id FROM {table} e JOIN post p ON p.id = e.post_id WHERE e.account_id = ? AND {seen}"
    rows = await page_rows(node, select, [viewer, *seen_values], page, key="e.id")
    views = {view.id: view for view in await post_views(node, viewer, [row["id"] for row in rows])}
    return [Edge(row["edge"], views[row["id"]]) for row in rows if row["id"] in views]


async def _listed(
    node: Node, viewer: int, page: Page, conditions: list[str], values: list[object], *, silence: bool = True
) -> list[PostView]:
    shown, shown_values = shown_in_public(node, viewer) if silence else seen_by_person(viewer)
    select = f"SELECT p.* FROM post p WHERE {' AND '.join(conditions)} AND {shown}"
    rows = await page_rows(node, select, [*values, *shown_values], page, key="p.id")
    return list((await views_of_posts(node, viewer, rows)).values())


def place_conditions(*, local: bool, remote: bool, only_media: bool) -> list[str]:
    conditions = []
    if local:
        conditions.append(_IS_LOCAL)
    if remote:
        conditions.append(f"NOT {_IS_LOCAL}")
    if only_media:
        conditions.append(_HAS_MEDIA)
    return conditions


def shown_at_home(node: Node, viewer: int) -> Condition:
    """Condition on the aliases of an entry `h` and its post `p`: it stands in the viewer's home timeline."""
    seen, seen_values = seen_by_person(viewer)
    quiet, quiet_values = not_silenced_for(viewer, node)
    # Whose posts stand in an exclusive list are asked for here and not written down: who leaves the list is back in the home timeline at once.
    elsewhere = (
        "EXISTS (SELECT 1 FROM list_member xm JOIN account_list xl ON xl.id = xm.list_id"
        " WHERE xl.account_id = ? AND xl.exclusive AND xm.account_id = p.author_id)"
    )
    condition = f"h.account_id = ? AND (p.author_id = ? OR NOT {elsewhere}) AND {seen} AND {quiet}"
    return condition, [viewer, viewer, viewer, *seen_values, *quiet_values]


def shown_in_public(node: Node, viewer: int) -> Condition:
    """Condition on a post `p`: a timeline that everybody has, public or of a tag, may show it to this viewer."""
    parts = (seen_by_person(viewer), not_silenced_for(viewer, node), offered_to_person(viewer))
    return " AND ".join(condition for condition, _values in parts), [value for _c, values in parts for value in values]


def not_silenced_for(viewer: int, node: Node, post: str = "p") -> Condition:
    """Neither the author nor the author of a boosted post is blocked or muted by the viewer, or of a domain that the viewer hides."""
    now_ms = int(node.clock.now().timestamp() * 1000)
    authors = f"{post}.author_id, (SELECT bo.author_id FROM post bo WHERE bo.id = {post}.boost_of_id)"
    condition = (
        f"NOT EXISTS (SELECT 1 FROM block vb WHERE vb.account_id = ? AND vb.target_id IN ({authors}))"
        f" AND NOT EXISTS (SELECT 1 FROM mute vm WHERE vm.account_id = ? AND vm.target_id IN ({authors})"
        " AND (vm.expires_at IS NULL OR vm.expires_at > ?))"
    )
    shown, shown_values = of_shown_domain(viewer, authors)
    return f"{condition} AND {shown}", [viewer, viewer, now_ms, *shown_values]


def speaks_a_wanted_language(follow: str, post: str = "p") -> str:
    """Condition on the aliases of a follow and a post: the follower named no languages, or one of them is the post's, or the post says none."""
    wanted = f"CAST({follow}.languages AS VARCHAR)"
    general = f"(substr({post}.language, 3, 1) = '-' AND {wanted} LIKE '%\"' || substr({post}.language, 1, 2) || '\"%')"
    return f"({post}.language = '' OR {wanted} = '[]' OR {wanted} LIKE '%\"' || {post}.language || '\"%' OR {general})"
