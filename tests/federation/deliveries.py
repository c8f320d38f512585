"""What tests of single activities have in common: deliver one and see what became of it."""

from fediverse.queries import accounts, timelines
from fediverse.queries.views import AccountView, Page, PostView
from tests.federation.scripted import JSON, Actor, deliver, kept
from tests.support.nodes import Person, RunningNode


async def heard(node: RunningNode, activity: JSON, signed_by: Actor) -> str:
    """Deliver *activity* and apply it; why it was dropped, or "" when it was applied."""
    answer = await deliver(node, activity, signed_by)
    assert answer.status_code == 202, answer.text
    await node.settle()
    return str((await kept(node))[-1]["problem"])


async def posts_seen(node: RunningNode, person: Person) -> list[PostView]:
    with node.node.database.active():
        return await timelines.public(node.node, person.id, Page(), remote=True)


async def account_of(node: RunningNode, uri: str) -> AccountView:
    with node.node.database.active():
        found = await accounts.by_uri(node.node, uri)
    assert found is not None
    return found


async def published(person: Person, text: str = "Ours", visibility: str = "public", **more: object) -> JSON:
    answer = await person.client.post("/api/v1/statuses", json={"status": text, "visibility": visibility, **more})
    assert answer.status_code == 200, answer.text
    found: JSON = answer.json()
    return found


def without_context(activity: JSON) -> JSON:
    return {name: value for name, value in activity.items() if name != "@context"}


async def follows(node: RunningNode, follower: Actor, followed: Person, number: int = 900) -> None:
    assert await heard(node, follower.says("Follow", followed.uri, number), follower) == ""
