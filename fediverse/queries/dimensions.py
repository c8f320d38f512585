"""What there is most of, for who administers: languages, applications, servers, space, versions. Counts alone, like `measures`."""

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from fediverse import __version__
from fediverse.clock import to_ms
from fediverse.node import Node
from fediverse.queries.measures import Span

_KIB: Final = 1024


@dataclass(frozen=True, slots=True)
class DimensionItem:
    """*shown* is *value* as people read it, where that is another; *unit* is empty where there is none."""

    key: str
    name: str
    value: str
    unit: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class _Ranked:
    """*key* and how often it comes among rows of *source* (the alias m, with a WHERE), in the span by *moment* unless that is empty."""

    source: str
    key: str
    moment: str = "m.created_at"
    about: str = ""
    value: str = "count(*)"


_TAGGED = "post_tag pt JOIN post m ON m.id = pt.post_id JOIN account a ON a.id = m.author_id WHERE pt.tag_id = ? AND m.deleted_at IS NULL"

_RANKED: Final[Mapping[str, _Ranked]] = {
    "languages": _Ranked("local_user m WHERE 1 = 1", "m.locale", "m.last_seen_at"),
    "sources": _Ranked(
        "post m JOIN account a ON a.id = m.author_id AND a.host = '' JOIN oauth_app o ON o.id = m.application_id WHERE m.deleted_at IS NULL",
        "o.name",
    ),
    "servers": _Ranked("post m JOIN account a ON a.id = m.author_id WHERE m.deleted_at IS NULL", "a.domain"),
    "tag_servers": _Ranked(_TAGGED, "a.domain", about="tag"),
    "tag_languages": _Ranked(_TAGGED, "m.language", about="tag"),
    "instance_accounts": _Ranked(
        "account m WHERE m.deleted_at IS NULL AND m.suspended_at IS NULL AND m.kind <> 'application' AND m.domain = ?",
        "m.username",
        "",
        "domain",
        "max(m.followers_count)",
    ),
    "instance_languages": _Ranked(
        "post m JOIN account a ON a.id = m.author_id WHERE m.deleted_at IS NULL AND a.domain = ?",
        "m.language",
        about="domain",
    ),
}
_OF_THE_NODE: Final = frozenset({"space_usage", "software_versions"})


def about(key: str) -> str | None:
    """What a dimension needs to be told: `tag`, `domain`, or nothing (empty). None for one that does not exist."""
    if key in _OF_THE_NODE:
        return ""
    return _RANKED[key].about if key in _RANKED else None


async def dimension(
    node: Node, key: str, span: Span, limit: int, subject: int | str | None = None
) -> list[DimensionItem]:
    """The *limit* greatest first. *subject* is what `about` asks for."""
    if key == "space_usage":
        return await _space(node)
    if key == "software_versions":
        return await _versions(node)
    ranked = _RANKED[key]
    values: list[object] = [] if not ranked.about else [subject]
    within = ""
    if ranked.moment:
        within = f" AND {ranked.moment} >= ? AND {ranked.moment} < ?"
        values += [to_ms(span.start), to_ms(span.end)]
    rows = await node.database.rows(
        f"SELECT {ranked.key} AS name, {ranked.value} AS number FROM {ranked.source}{within}"
        f" GROUP BY {ranked.key} ORDER BY {ranked.value} DESC, {ranked.key} LIMIT ?",
        *values, limit,
    )  # fmt: skip
    return [_item(node, key, row["name"] or "", int(row["number"])) for row in rows]


def _item(node: Node, key: str, name: str, number: int) -> DimensionItem:
    """An empty name is our own domain, or a language that nobody said."""
    if not name:
        name = node.settings.domain if key.endswith("servers") else "und"
    return DimensionItem(name, name, str(number))


async def _space(node: Node) -> list[DimensionItem]:
    size = (
        "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
        if node.database.dialect == "sqlite"
        else "SELECT pg_database_size(current_database())"
    )
    database = int(await node.database.value(size))
    media = int(await node.database.value("SELECT COALESCE(sum(size_bytes), 0) FROM media WHERE file <> ''"))
    return [
        DimensionItem(key, name, str(number), "bytes", _readable(number))
        for key, name, number in (("database", "Database", database), ("media", "Media", media))
    ]


async def _versions(node: Node) -> list[DimensionItem]:
    sqlite = node.database.dialect == "sqlite"
    version = await node.database.value(
        "SELECT sqlite_version()" if sqlite else "SELECT current_setting('server_version')"
    )
    found = (
        ("fediverse", "fediverse", __version__),
        ("python", "Python", platform.python_version()),
        (node.database.dialect, "SQLite" if sqlite else "PostgreSQL", str(version)),
    )
    return [DimensionItem(key, name, value, "", value) for key, name, value in found]


def _readable(number: int) -> str:
    size = float(number)
    for unit in ("B", "KB", "MB", "GB"):
        if size < _KIB:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= _KIB
    return f"{size:.1f} TB"
