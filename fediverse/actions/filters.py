"""What a person filters: make, change and delete filters, their keywords, and the single posts they name. Whoever asks for another person's finds none.

A filter takes nothing away and tells nobody: it marks posts for its owner when they are read (`queries.filters`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from fediverse.clock import to_ms
from fediverse.database.database import json_text
from fediverse.errors import Invalid, NotFound
from fediverse.node import Node
from fediverse.queries import filters, posts
from fediverse.streams import Signal, tell
from fediverse.text.sanitise import clean_text

ContextName = Literal["home", "notifications", "public", "thread", "account"]
ActionName = Literal["warn", "hide", "blur"]
CONTEXTS: tuple[ContextName, ...] = get_args(ContextName)
ACTIONS: tuple[ActionName, ...] = get_args(ActionName)

MAX_FILTERS = 200
MAX_KEYWORDS = 500
"""Of one person, in all filters: each post that the person reads is searched for all of them."""
MAX_FILTERED_POSTS = 2_000
MAX_TITLE_CHARACTERS = 256
MAX_KEYWORD_CHARACTERS = 512
MAX_LIFETIME_S = 100 * 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class KeywordChange:
    """A keyword to add, or with *id* one to change or to *remove*. None leaves a value as it is; a new keyword is a whole word."""

    id: int | None = None
    text: str | None = None
    whole_word: bool | None = None
    remove: bool = False


@dataclass(frozen=True, slots=True)
class FilterChange:
    """What a filter is to be; None leaves it as it is. *lifetime_s*: seconds from now; `never` for a filter that does not expire."""

    title: str | None = None
    contexts: Sequence[str] | None = None
    action: str | None = None
    lifetime_s: int | Literal["never"] | None = None
    keywords: Sequence[KeywordChange] = ()

    @property
    def says_where_or_how(self) -> bool:
        return not (self.contexts is None and self.action is None and self.lifetime_s is None)


async def create(node: Node, account_id: int, wished: FilterChange) -> int:
    """The id of the new filter, which warns unless it is told otherwise. Raises Invalid without a title or contexts, NotFound for a keyword's id."""
    columns = _columns(node, FilterChange(wished.title or "", wished.contexts or (), wished.action, wished.lifetime_s))
    async with node.database.transaction():
        await _require_room(node, account_id, "SELECT count(*) FROM word_filter WHERE account_id = ?", MAX_FILTERS)
        filter_id = node.ids.next()
        now = to_ms(node.clock.now())
        row: dict[str, object] = {"id": filter_id, "account_id": account_id, "action": "warn", "created_at": now}
        await node.database.insert("word_filter", row | columns)
        await _change_keywords(node, account_id, filter_id, wished.keywords)
        tell(node, Signal("filters", accounts=(account_id,)))
    return filter_id


async def update(node: Node, account_id: int, filter_id: int, change: FilterChange) -> None:
    """All of the change or nothing of it. Raises NotFound, Invalid."""
    await filters.filter_of(node, account_id, filter_id)
    columns = _columns(node, change)
    async with node.database.transaction():
        if columns:
            listed = ", ".join(f"{name} = ?" for name in columns)
            await node.database.execute(f"UPDATE word_filter SET {listed} WHERE id = ?", *columns.values(), filter_id)
        await _change_keywords(node, account_id, filter_id, change.keywords)
        tell(node, Signal("filters", accounts=(account_id,)))


async def delete(node: Node, account_id: int, filter_id: int) -> None:
    await filters.filter_of(node, account_id, filter_id)
    async with node.database.transaction():
        await node.database.execute("DELETE FROM filter_keyword WHERE word_filter_id = ?", filter_id)
        await node.database.execute("DELETE FROM filter_post WHERE word_filter_id = ?", filter_id)
        await node.database.execute("DELETE FROM word_filter WHERE id = ?", filter_id)
        tell(node, Signal("filters", accounts=(account_id,)))


async def add_keyword(node: Node, account_id: int, filter_id: int, text: str, whole_word: bool | None = None) -> int:
    """The id of the new keyword. Raises NotFound, Invalid."""
    await filters.filter_of(node, account_id, filter_id)
    async with node.database.transaction():
        [keyword_id] = await _change_keywords(
            node, account_id, filter_id, [KeywordChange(text=text, whole_word=whole_word)]
        )
        tell(node, Signal("filters", accounts=(account_id,)))
    return keyword_id


async def change_keyword(node: Node, account_id: int, change: KeywordChange) -> None:
    """Change or remove the keyword *change.id*. Raises NotFound, Invalid."""
    if change.id is None:
        raise NotFound
    known = await filters.keyword(node, account_id, change.id)
    async with node.database.transaction():
        await _change_keywords(node, account_id, known.filter_id, [change])
        tell(node, Signal("filters", accounts=(account_id,)))


async def change_filter_of_one_keyword(
    node: Node, account_id: int, keyword: KeywordChange, change: FilterChange
) -> None:
    """Change a keyword together with the filter that it stands in, for programs to which a keyword is a filter.

    Raises Invalid when others stand in that filter and the change is not about the keyword alone: it would change theirs as well.
    """
    known = await filters.keyword(node, account_id, keyword.id or 0)
    around = await filters.filter_of(node, account_id, known.filter_id)
    if change.says_where_or_how and (len(around.keywords) > 1 or around.posts):
        raise Invalid(
            "These parameters cannot be changed from this application because they apply to more than one filter keyword"
        )
    async with node.database.transaction():
        await change_keyword(node, account_id, keyword)
        if change.says_where_or_how:
            await update(node, account_id, known.filter_id, change)


async def add_post(node: Node, account_id: int, filter_id: int, post_id: int) -> int:
    """The id under which the filter names the post, the earlier one if it does so already. Raises NotFound for a post that the person cannot see, too."""
    whole = await filters.filter_of(node, account_id, filter_id)
    post = await posts.bare_post(node, account_id, post_id)
    known = [one.id for one in whole.posts if one.post_id == post.id]
    if known:
        return known[0]
    async with node.database.transaction():
        await _require_room(
            node,
            account_id,
            "SELECT count(*) FROM filter_post fp JOIN word_filter f ON f.id = fp.word_filter_id WHERE f.account_id = ?",
            MAX_FILTERED_POSTS,
        )
        number = node.ids.next()
        await node.database.insert("filter_post", {"id": number, "word_filter_id": filter_id, "post_id": post.id})
        tell(node, Signal("filters", accounts=(account_id,)))
    return number


async def remove_post(node: Node, account_id: int, filtered_id: int) -> None:
    """Raises NotFound."""
    known = await filters.filtered_post(node, account_id, filtered_id)
    async with node.database.transaction():
        await node.database.execute("DELETE FROM filter_post WHERE id = ?", known.id)
        tell(node, Signal("filters", accounts=(account_id,)))


def _columns(node: Node, change: FilterChange) -> dict[str, object]:
    columns: dict[str, object] = {}
    if change.title is not None:
        columns["title"] = _required(change.title, "title", MAX_TITLE_CHARACTERS)
    if change.contexts is not None:
        chosen = [name for name in CONTEXTS if name in change.contexts]
        if not chosen or len(chosen) != len(set(change.contexts)):
            raise Invalid(
                "Validation failed: Context None or invalid context supplied",
                details={"context": [("ERR_INVALID", "None or invalid context supplied")]},
            )
        columns["contexts"] = json_text(chosen)
    if change.action is not None:
        if change.action not in ACTIONS:
            raise Invalid(
                "Validation failed: Action is not included in the list",
                details={"filter_action": [("ERR_INCLUSION", "is not included in the list")]},
            )
        columns["action"] = change.action
    if change.lifetime_s == "never":
        columns["expires_at"] = None
    elif change.lifetime_s is not None:
        lifetime = timedelta(seconds=min(max(change.lifetime_s, 0), MAX_LIFETIME_S))
        columns["expires_at"] = to_ms(node.clock.now() + lifetime)
    return columns


async def _change_keywords(node: Node, account_id: int, filter_id: int, changes: Sequence[KeywordChange]) -> list[int]:
    """The ids of those that are new. Raises NotFound for an id that is not this filter's."""
    added: list[int] = []
    for change in changes:
        if change.id is not None:
            await _change_known_keyword(node, filter_id, change.id, change)
        elif not change.remove:
            added.append(node.ids.next())
            row = {
                "id": added[-1],
                "word_filter_id": filter_id,
                "keyword": _required(change.text or "", "keyword", MAX_KEYWORD_CHARACTERS),
                "whole_word": change.whole_word is not False,
            }
            await node.database.insert("filter_keyword", row)
    if added:
        count = "SELECT count(*) - 1 FROM filter_keyword k JOIN word_filter f ON f.id = k.word_filter_id WHERE f.account_id = ?"
        await _require_room(node, account_id, count, MAX_KEYWORDS)
    return added


async def _change_known_keyword(node: Node, filter_id: int, keyword_id: int, change: KeywordChange) -> None:
    columns: dict[str, object] = {}
    if change.text is not None:
        columns["keyword"] = _required(change.text, "keyword", MAX_KEYWORD_CHARACTERS)
    if change.whole_word is not None:
        columns["whole_word"] = change.whole_word
    if change.remove:
        sql, values = "DELETE FROM filter_keyword WHERE id = ? AND word_filter_id = ? RETURNING id", []
    else:
        listed = ", ".join([f"{name} = ?" for name in columns] or ["keyword = keyword"])
        sql = f"UPDATE filter_keyword SET {listed} WHERE id = ? AND word_filter_id = ? RETURNING id"
        values = list(columns.values())
    if not await node.database.rows(sql, *values, keyword_id, filter_id):
        raise NotFound


async def _require_room(node: Node, account_id: int, count: str, most: int) -> None:
    """Raises Invalid when *count* says that the person has *most* of a kind already."""
    if int(await node.database.value(count, account_id)) >= most:
        raise Invalid(f"Validation failed: You cannot have more than {most} of these")


def _required(text: str, name: str, most: int) -> str:
    """*text* on one line. Raises Invalid when nothing is left of it, or when it is too long."""
    cleaned = clean_text(text, max(len(text), 1))
    shown = name.capitalize()
    if not cleaned:
        raise Invalid(f"Validation failed: {shown} can't be blank", details={name: [("ERR_BLANK", "can't be blank")]})
    if len(cleaned) > most:
        raise Invalid(
            f"Validation failed: {shown} is too long (maximum is {most} characters)",
            details={name: [("ERR_TOO_LONG", f"is too long (maximum is {most} characters)")]},
        )
    return cleaned
