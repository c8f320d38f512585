"""Moderators and administrators with a client that was granted the administration's scopes."""

from fediverse.actions import access
from fediverse.actions.accounts import RoleName
from tests.support.nodes import Person, RunningNode

SCOPES = ("read", "write", "follow", "push", "admin:read", "admin:write")


async def staff(
    running: RunningNode, username: str, role: RoleName = "admin", scopes: tuple[str, ...] = SCOPES
) -> Person:
    person = await running.person(username, role)
    return await with_scopes(running, person, scopes)


async def with_scopes(running: RunningNode, person: Person, scopes: tuple[str, ...]) -> Person:
    """The same person through another application."""
    with running.node.database.active():
        token = await access.issue_token(running.node, person.id, scopes)
    client = running.browser({"authorization": f"Bearer {token}"})
    return Person(person.id, person.username, token, client, person.host)
