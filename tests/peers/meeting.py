"""What people of a node of ours do through their client, and what somebody of a Fedify server then sees; and the other way round."""

from collections.abc import Callable
from typing import Any

from tests.peers.fedify_server import FedifyServer
from tests.support.processes import ServedNode, ServedPerson, until

Json = dict[str, Any]


def found(person: ServedPerson, query: str, kind: str = "accounts") -> Json | None:
    """What the person's search for an address or handle brings, which may be fetched for it."""
    answer = person.client.get("/api/v2/search", params={"q": query, "resolve": "true", "type": kind})
    assert answer.status_code == 200, answer.text
    results: list[Json] = answer.json()[kind]
    return results[0] if results else None


def relationship(person: ServedPerson, account_id: str) -> Json:
    answer: list[Json] = person.client.get("/api/v1/accounts/relationships", params={"id[]": account_id}).json()
    return answer[0]


def follow(person: ServedPerson, server: FedifyServer) -> str:
    """The id of the followed account, when it has accepted."""
    account = found(person, server.uri)
    assert account is not None
    answer = person.client.post(f"/api/v1/accounts/{account['id']}/follow")
    assert answer.status_code == 200, answer.text
    until(lambda: relationship(person, account["id"])["following"])
    return str(account["id"])


def publish(person: ServedPerson, text: str, **values: object) -> Json:
    answer = person.client.post("/api/v1/statuses", json={"status": text, **values})
    assert answer.status_code == 200, answer.text
    status: Json = answer.json()
    return status


def home(person: ServedPerson) -> list[Json]:
    statuses: list[Json] = person.client.get("/api/v1/timelines/home", params={"limit": 40}).json()
    return statuses


def arrived(person: ServedPerson, uri: str) -> Json:
    """The post *uri*, once it is in the person's home timeline."""
    return until(lambda: next((status for status in home(person) if status["uri"] == uri), None))


def shown(server: FedifyServer, uri: str, holds: Callable[[Json], object] = bool) -> Json:
    """What the server's people see of the post *uri*, once *holds* is true of it."""

    def look() -> Json | None:
        post: Json | None = server.world["timeline"].get(uri)
        return post if post and holds(post) else None

    return until(look)


def notification(person: ServedPerson, kind: str) -> Json:
    """The first notification of that kind, once there is one."""
    notes: list[Json] = until(lambda: person.client.get("/api/v1/notifications", params={"types[]": kind}).json())
    return notes[0]


def asked_by(node: ServedNode, server: FedifyServer) -> list[Json]:
    """The requests of *node* that reached the server; each names the node it comes from."""
    return [one for one in server.world["requests"] if node.origin in (one["agent"] or "")]
