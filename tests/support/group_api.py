"""Groups as their clients make and use them, over HTTP."""

from typing import Any

from tests.support.journeys import JSON, asked
from tests.support.nodes import Person

PATH = "/api/v1/groups"


async def made(person: Person, name: str = "painters", access: str = "closed", **more: object) -> str:
    """The id of a new group of the person's."""
    body = {"name": name, "display_name": name.title(), "access": access, **more}
    return str((await asked(person, "POST", PATH, json=body))["id"])


async def joined(person: Person, number: str) -> JSON:
    """Asks to join; how the person stands to the group then."""
    standing: JSON = await asked(person, "POST", f"{PATH}/{number}/join")
    return standing


async def let_in(owner: Person, number: str, *members: Person) -> None:
    """The owner's colleagues ask, and are let in."""
    for member in members:
        await joined(member, number)
        await asked(owner, "POST", f"{PATH}/{number}/membership_requests/{member.id}/authorize")
        assert (await standing(member, number))["member"]


async def standing(person: Person, number: str) -> JSON:
    [found] = await asked(person, "GET", f"{PATH}/relationships", params={"id[]": number})
    known: JSON = found
    return known


async def named(
    person: Person, path: str, *others: Person | int, status: int = 200, method: str = "POST", **more: object
) -> Any:
    """What is answered when the person sends the ids of *others* there."""
    ids = [str(other if isinstance(other, int) else other.id) for other in others]
    return await asked(person, method, path, status, json={"account_ids": ids, **more})


async def roles(person: Person, number: str) -> dict[str, str]:
    """Who is in the group, as what."""
    found = await asked(person, "GET", f"{PATH}/{number}/memberships")
    return {member["account"]["acct"]: member["role"] for member in found}
