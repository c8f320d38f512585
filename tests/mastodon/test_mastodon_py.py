"""A day with Mastodon.py, a client library that is not ours, over a real socket: it parses every answer into its own types and refuses what it cannot."""

import asyncio
import io
from collections.abc import AsyncIterator

import pytest
import uvicorn
from mastodon import Mastodon, MastodonNotFoundError
from PIL import Image

from tests.support.nodes import Person, RunningNode


@pytest.fixture
async def address(home: RunningNode) -> AsyncIterator[str]:
    """Where `home` listens on the loopback."""
    config = uvicorn.Config(home.app, host="127.0.0.1", port=0, log_level="error", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    serving = asyncio.create_task(server.main_loop())
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    await serving
    await server.shutdown()


async def test_a_person_reads_writes_and_is_told(address: str, alice: Person, carol: Person) -> None:
    """Sign-in, posts with pictures, edits, threads, boosts, follows, notifications, search."""

    def day() -> None:
        here = Mastodon(access_token=alice.token, api_base_url=address)
        there = Mastodon(access_token=carol.token, api_base_url=address)
        assert here.me().acct == "alice"
        there.account_follow(here.me().id)

        picture = io.BytesIO()
        Image.new("RGB", (40, 20), "red").save(picture, "PNG")
        media = here.media_post(picture.getvalue(), "image/png", description="A tin", focus=(-0.5, 0.3))
        status = here.status_post("Fresh #paint", media_ids=[media], spoiler_text="Paint", idempotency_key="once")
        assert (
            here.status_post("Fresh #paint", media_ids=[media], spoiler_text="Paint", idempotency_key="once").id
            == status.id
        )
        here.status_update(status.id, "Fresh #paint!", media_ids=[media])

        there.status_favourite(status.id)
        assert there.status_reblog(status.id).reblog.id == status.id
        there.status_reply(there.status(status.id), "Nice")

        assert {one.type for one in here.notifications()} == {"follow", "favourite", "reblog", "mention"}
        assert len(here.status_context(status.id).descendants) == 1
        assert here.status_history(status.id)[0].content.startswith("<p>Fresh")
        assert there.search_v2("fresh").statuses[0].id == status.id
        assert here.status_delete(status.id).text == "Fresh #paint!"
        with pytest.raises(MastodonNotFoundError):
            there.status(status.id)

    await asyncio.to_thread(day)


async def test_the_library_pages_through_everything(address: str, alice: Person) -> None:
    """By our Link headers, to the end and back."""

    def walk() -> tuple[list[int], list[int], list[int]]:
        here = Mastodon(access_token=alice.token, api_base_url=address)
        posted = [here.status_post(f"Number {number}").id for number in range(5)]
        first = here.timeline_home(limit=2)
        second = here.fetch_next(first)
        return (
            posted[::-1],
            [one.id for one in here.fetch_remaining(first)],
            [one.id for one in here.fetch_previous(second) or ()],
        )

    posted, all_of_them, back = await asyncio.to_thread(walk)

    assert all_of_them == posted
    assert back == posted[:2]


async def test_the_library_reads_all_that_a_client_asks_at_its_start(address: str, alice: Person) -> None:
    """Each answer becomes one of its own types; one that it cannot parse raises."""

    def start() -> None:
        here = Mastodon(access_token=alice.token, api_base_url=address)
        for ask in (
            *(
                here.instance_v1,
                here.instance_v2,
                here.instance_peers,
                here.instance_rules,
                here.instance_extended_description,
            ),
            *(
                here.preferences,
                here.custom_emojis,
                here.lists,
                here.filters_v2,
                here.announcements,
                here.conversations,
            ),
            *(here.followed_tags, here.suggestions_v2, here.trending_tags, here.scheduled_statuses, here.domain_blocks),
            *(
                here.notifications_policy,
                here.notifications_unread_count,
                here.follow_requests,
                here.bookmarks,
                here.favourites,
            ),
        ):
            ask()
        assert here.instance_health()

    await asyncio.to_thread(start)
