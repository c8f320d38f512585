"""Which scopes filters, conversations and muted threads want: each call with the right one, and with another."""

import pytest

from fediverse.actions.access import issue_token
from tests.support.journeys import posted
from tests.support.nodes import Person, RunningNode

CALLS = [
    ("GET", "/api/v2/filters", "read:filters"),
    ("POST", "/api/v2/filters", "write:filters"),
    ("GET", "/api/v1/filters", "read:filters"),
    ("POST", "/api/v1/filters", "write:filters"),
    ("GET", "/api/v1/conversations", "read:statuses"),
    ("GET", "/api/v1/timelines/direct", "read:statuses"),
    ("POST", "/api/v1/conversations/{conversation}/read", "write:conversations"),
    ("POST", "/api/v1/conversations/{conversation}/unread", "write:conversations"),
    ("DELETE", "/api/v1/conversations/{conversation}", "write:conversations"),
    ("POST", "/api/v1/statuses/{status}/mute", "write:mutes"),
    ("POST", "/api/v1/statuses/{status}/unmute", "write:mutes"),
]
WISH = {"title": "Quiet", "phrase": "paint", "context": ["home"]}


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
async def test_a_call_wants_its_scope(
    home: RunningNode, alice: Person, carol: Person, method: str, path: str, scope: str
) -> None:
    """403 with any other scope, 401 without a token."""
    status = await posted(carol, "@alice hello", "direct")
    [conversation] = (await alice.client.get("/api/v1/conversations")).json()
    address = path.format(conversation=conversation["id"], status=status["id"])

    answers = []
    for scopes in (["write:media", "read:accounts"], [scope]):
        with home.node.database.active():
            token = await issue_token(home.node, alice.id, scopes)
        headers = {"authorization": f"Bearer {token}"}
        body = WISH if method == "POST" and "filters" in path else None
        answers.append(await home.client.request(method, address, headers=headers, json=body))
    stranger = await home.client.request(method, address)

    assert [answer.status_code for answer in (*answers, stranger)] == [403, 200, 401]
