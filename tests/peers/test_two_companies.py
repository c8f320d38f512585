"""One day of two people at two companies: one with Mastodon.py at hers, one with plain requests at his; two nodes in processes of their own."""

import queue
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from mastodon import Mastodon
from mastodon.streaming import StreamListener

from tests.peers.meeting import Json, publish
from tests.peers.push_service import push_service
from tests.peers.sign_in import OpenClient
from tests.support.databases import Databases
from tests.support.processes import ServedNode, ServedPerson, served_node, until


class Heard(StreamListener):
    """What a stream said, by the names of its events."""

    def __init__(self) -> None:
        self.events: queue.Queue[tuple[str, Any]] = queue.Queue()

    def on_update(self, status: Any) -> None:
        self.events.put(("update", status))

    def on_status_update(self, status: Any) -> None:
        self.events.put(("edit", status))

    def on_notification(self, notification: Any) -> None:
        self.events.put(("notification", notification))

    def next(self, name: str, uri: str) -> Any:
        """The next event of that name about the post *uri*."""
        while True:
            heard, what = self.events.get(timeout=30)
            if heard == name and uri == (what.status if name == "notification" else what).uri:
                return what


@pytest.fixture(scope="module")
def beta(database_server: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedNode]:
    """The other company's node."""
    url = database_server.migrated()
    with served_node("beta.localhost", tmp_path_factory.mktemp("beta"), url) as node:
        yield node
    database_server.drop(url)


@pytest.fixture
def bob(local: ServedNode, beta: ServedNode) -> ServedPerson:
    local.allow(beta.host)
    beta.allow(local.host)
    return beta.newcomer("bob")


@pytest.fixture
def alice(people: tuple[ServedPerson, ServedPerson], client_of: OpenClient) -> Mastodon:
    return client_of(access_token=people[0].token)


def account_of(client: Mastodon, person: ServedPerson) -> Any:
    return client.search_v2(person.uri, resolve=True, result_type="accounts").accounts[0]


def copy_of(client: Mastodon, uri: str) -> Any:
    return client.search_v2(uri, resolve=True, result_type="statuses").statuses[0]


def test_a_day_of_two_people_at_two_companies(
    local: ServedNode, beta: ServedNode, alice: Mastodon, bob: ServedPerson, people: tuple[ServedPerson, ServedPerson]
) -> None:
    """Follow, stream, poll and vote across, edit, quote with approval, list, filter, scheduled post, push, report and its end."""
    his = account_of(alice, bob)
    alice.account_follow(his)
    until(lambda: alice.account_relationships(his)[0].following)
    listener = Heard()
    live = alice.stream_user(listener, run_async=True)

    # His poll arrives on her stream; she votes, and he sees it counted.
    poll = publish(bob, "Where do we meet?", poll={"options": ["Lyon", "Hamburg"], "expires_in": 3600})
    arrived = until_streamed(listener, poll, bob)
    alice.poll_vote(arrived.poll, [1])
    assert until(lambda: votes(bob, poll)) == [0, 1]

    # He edits; she is told, and reads what it said before.
    note = publish(bob, "The figures are in")
    listener.next("update", note["uri"])
    bob.client.put(f"/api/v1/statuses/{note['id']}", json={"status": "The quarterly figures are in"})
    edited = listener.next("edit", note["uri"])
    assert "quarterly" in edited.content

    # She quotes him, as his policy allows; his node approves.
    quote = alice.status_post("Have a look", quoted_status_id=edited.id)
    until(lambda: alice.status(quote).quote.state == "accepted")
    assert until(lambda: told(bob, "quote"))["status"]["uri"] == quote.uri

    # Her list and her filter.
    kept = alice.list_create("Beta")
    alice.list_accounts_add(kept, [his])
    assert edited.id in [status.id for status in alice.timeline_list(kept)]
    alice.create_filter_v2(
        "Money", ["home"], "warn", keywords_attributes=[{"keyword": "quarterly", "whole_word": True}]
    )
    [shown] = [status for status in alice.timeline_home() if status.id == edited.id]
    assert shown.filtered[0].filter.title == "Money"

    # A post for tomorrow, and not after all.
    later = alice.status_post("Tomorrow", scheduled_at=datetime.now(UTC) + timedelta(days=1))
    assert [planned.id for planned in alice.scheduled_statuses()] == [later.id]
    alice.scheduled_status_delete(later)

    # Her telephone hears of what he says to her, through a push service that her administrator allowed.
    with push_service() as service:
        local.command("push", "add", service.host)
        private, public = alice.push_subscription_generate_keys()
        alice.push_subscription_set(service.endpoint, public, mention_events=True)
        said = publish(bob, f"@{people[0].username}@{local.host} lunch?")
        headers, body = until(lambda: service.messages[0] if service.messages else None)
        message = alice.push_subscription_decrypt_push(body, private, headers["encryption"], headers["crypto-key"])
        assert "lunch?" in message.body
    listener.next("notification", said["uri"])

    # She reports him to his company; their moderator sees it, without her name, and ends it.
    alice.report(his, status_ids=[edited], comment="Too early to publish", forward=True)
    moderator = beta.person(f"moderator{bob.id}", "moderator")
    report = until(lambda: open_report(moderator, bob))
    assert report["comment"] == "Too early to publish"
    assert people[0].username not in str(report["account"])
    assert moderator.client.post(f"/api/v1/admin/reports/{report['id']}/resolve").json()["action_taken"] is True
    _close(live, bob)


def _close(live: Any, author: ServedPerson) -> None:
    """End the stream: the library closes it only once it has read something more."""
    closing = threading.Thread(target=live.close)
    closing.start()
    publish(author, "Good night")
    closing.join()


def until_streamed(listener: Heard, status: Json, author: ServedPerson) -> Any:
    """The status from the stream. Nothing tells when a stream stands, so its author says more until something came."""
    while True:
        try:
            heard, what = listener.events.get(timeout=0.5)
        except queue.Empty:
            status.update(
                publish(author, "Where do we meet?", poll={"options": ["Lyon", "Hamburg"], "expires_in": 3600})
            )
            continue
        if heard == "update" and what.uri == status["uri"]:
            return what


def votes(person: ServedPerson, status: Json) -> list[int] | None:
    """The poll's counts, once somebody voted."""
    poll: Json = person.client.get(f"/api/v1/polls/{status['poll']['id']}").json()
    return [option["votes_count"] for option in poll["options"]] if poll["votes_count"] else None


def told(person: ServedPerson, kind: str) -> Json | None:
    notifications: list[Json] = person.client.get("/api/v1/notifications", params={"types[]": kind}).json()
    return notifications[0] if notifications else None


def open_report(moderator: ServedPerson, about: ServedPerson) -> Json | None:
    reports: list[Json] = moderator.client.get(
        "/api/v1/admin/reports", params={"target_account_id": str(about.id)}
    ).json()
    return reports[0] if reports else None
