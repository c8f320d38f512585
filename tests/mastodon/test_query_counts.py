"""The cost of a page: the same number of questions to the database for eight posts as for forty, whatever hangs on them."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fediverse.database.database import Database
from tests.support.journeys import asked, follow, picture, posted, uploaded
from tests.support.nodes import Person, RunningNode, settle_all

KINDS = 4


@contextmanager
def questions(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that is sent to a database inside the block."""
    sent: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("rows", "execute", "execute_many"):
            patched.setattr(Database, name, _heard(getattr(Database, name), sent))
        yield sent


def _heard(inner: Callable[..., Awaitable[Any]], sent: list[str]) -> Callable[..., Awaitable[Any]]:
    async def heard(self: Database, sql: str, *values: Any) -> Any:
        sent.append(sql)
        return await inner(self, sql, *values)

    return heard


async def written(number: int, author: Person, other: Person) -> None:
    """One more post, each of another kind: with a picture, a poll, a quote of it, or a boost."""
    match number % KINDS:
        case 0:
            await posted(
                author,
                f"A picture #tag{number} @{other.username}",
                media_ids=[await uploaded(author, "alt", picture())],
            )
        case 1:
            await posted(author, f"A poll {number}", poll={"options": ["a", "b"], "expires_in": 3600})
        case 2:
            quoted = await posted(author, f"Quoted {number}")
            await posted(author, f"A quote {number}", quoted_status_id=quoted["id"])
        case _:
            answered = await posted(other, f"Boosted {number}")
            await asked(author, "POST", f"/api/v1/statuses/{answered['id']}/reblog")  # fmt: skip


PAGES = {
    "/api/v1/timelines/home": 8,
    "/api/v1/timelines/public": 8,
    "/api/v1/bookmarks": 8,
    "/api/v1/notifications": 4,
    "/api/v2/notifications": 4,
}
"""Each page with the size of a short one, in which there is one of each kind."""


async def test_a_page_costs_the_same_whatever_its_length(
    home: RunningNode, alice: Person, carol: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Media, polls, quotes, boosts, mentions, tags, filters and what the reader did to each: a fixed number of statements."""
    await follow(carol, alice)
    await asked(carol, "POST", "/api/v2/filters", json={
        "title": "Polls", "context": ["home", "public", "notifications"], "keywords_attributes": [{"keyword": "poll"}],
    })  # fmt: skip
    for number in range(4 * KINDS):
        await written(number, alice, carol)
    for status in await asked(carol, "GET", "/api/v1/timelines/public?limit=40"):
        await asked(carol, "POST", f"/api/v1/statuses/{status['id']}/bookmark")
    await settle_all(home)

    for path, few in PAGES.items():
        await asked(carol, "GET", path)  # what is asked once for a process is not asked again
        with questions(monkeypatch) as for_few:
            short = await asked(carol, "GET", path, params={"limit": str(few)})
        with questions(monkeypatch) as for_many:
            long = await asked(carol, "GET", path, params={"limit": "40"})

        assert size(long) > size(short) == few
        assert len(for_many) == len(for_few), f"{path}\n" + "\n".join(sorted(set(for_many) - set(for_few)))


def size(page: Any) -> int:
    return len(page) if isinstance(page, list) else len(page["notification_groups"])
