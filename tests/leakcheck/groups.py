"""Two groups of A, with people of A and B in them: one that is closed, one that is secret; who left them hears what is said before, and not what is said after.

Their members are ada, anna and bert; alf and ben were members and are no longer; all others never were.
"""

from collections.abc import Sequence
from datetime import timedelta

from tests.leakcheck.canaries import PROBE
from tests.leakcheck.planting import FOLLOWERS, MEMBERS_HERE, Planted, files_of
from tests.leakcheck.world import Someone, World

CLOSED, SECRET = "circle", "cabal"
BEFORE = (*FOLLOWERS, "alf@A", "ben@B")
GROUPS = "/api/v1/groups"


async def begin(world: World, planted: Planted) -> None:
    """Made by ada; people ask to join the one, and are invited to the other."""
    for name, access in ((CLOSED, "closed"), (SECRET, "secret")):
        title, note = "The circle", "Nothing special"
        if access == "secret":
            title, note = (
                world.book.word("secret group", field, "ada@A", BEFORE, staff=True) for field in ("name", "description")
            )
        said = {"name": name, "display_name": title, "note": note, "access": access, "domains": [world.b.host]}
        planted.groups[name] = (await world["ada"].does("POST", GROUPS, json=said))["id"]
    for name in (CLOSED, SECRET):
        await _say(world, planted, world["ada"], name, f"post in the {name} before anybody joined", MEMBERS_HERE)
    await world.settle()
    world.clock.advance(timedelta(seconds=1))
    for person in ("anna", "alf", "bert", "ben"):
        await _ask(world, planted, world[person])
        await _invite(world, planted, world[person])
    await world.settle()


async def _ask(world: World, planted: Planted, one: Someone) -> None:
    found = await one.does(
        "GET", "/api/v2/search", query={"q": f"@{CLOSED}@{world.a.host}", "type": "accounts", "resolve": "true"}
    )
    await one.does("POST", f"/api/v1/accounts/{found['accounts'][0]['id']}/follow", json={"notify": True})
    await world.settle(2)
    asking = await world.account(world.a, one.uri)
    await world["ada"].does(
        "POST",
        f"{GROUPS}/{planted.groups[CLOSED]}/membership_requests/{asking}/authorize",
        json={"admit_domain": world.b.host if one.node is world.b else ""},
    )
    await world.settle(2)


async def _invite(world: World, planted: Planted, one: Someone) -> None:
    number = await world.account(world.a, one.uri)
    admit = {"admit_domain": world.b.host} if one.node is world.b else {}
    await world["ada"].does(
        "POST", f"{GROUPS}/{planted.groups[SECRET]}/invitations", json={"account_ids": [str(number)], **admit}
    )
    await world.settle(2)
    there = await world.account(one.node, f"http://{world.a.host}/users/{SECRET}")
    await one.does("POST", f"/api/v1/accounts/{there}/follow", json={"notify": True})
    await world.settle(2)


async def fill(world: World, planted: Planted) -> None:
    """Posts of members here and there; two members go; more posts, an edit, answers, a deletion."""
    for name in (CLOSED, SECRET):
        await _say(world, planted, world["ada"], name, f"earlier post in the {name}", BEFORE)
    await world.settle()
    for person in ("alf", "ben"):
        number = await world.account(world.a, world[person].uri)
        for name in (CLOSED, SECRET):
            await world["ada"].does(
                "POST", f"{GROUPS}/{planted.groups[name]}/kick", json={"account_ids": [str(number)]}
            )
    await world.settle()
    for thing in (f"earlier post in the {CLOSED}", f"earlier post in the {SECRET}", "secret group"):
        world.book.narrow(thing, FOLLOWERS)
    await write_more(world, planted, "")
    await _discuss(world, planted)
    await world.settle()


async def write_more(world: World, planted: Planted, when: str) -> None:
    for name in (CLOSED, SECRET):
        for author in ("ada", "bert"):
            await _say(world, planted, world[author], name, f"{when}post of {author} in the {name}", FOLLOWERS)
    await world.settle()


async def _say(world: World, planted: Planted, author: Someone, name: str, thing: str, audience: Sequence[str]) -> None:
    def word(field: str) -> str:
        return world.book.word(thing, field, author.who, audience)

    group = await world.account(author.node, f"http://{world.a.host}/users/{name}")
    said = {
        "status": f"{PROBE} {word('text')} #{PROBE} #{word('hashtag')}",
        "spoiler_text": f"{PROBE} {word('content warning')}",
        "media_ids": await files_of(author, word),
        "visibility": "public",
        "group_id": str(group),
    }
    made = await author.does("POST", "/api/v1/statuses", json=said)
    planted.uris[thing], planted.ids[thing] = made["uri"], made["id"]


async def _discuss(world: World, planted: Planted) -> None:
    """Anna answers "for everybody", and ada edits and deletes; bert answers from B."""
    for name in (CLOSED, SECRET):
        thing = f"post of ada in the {name}"
        for answering in ("anna", "bert"):
            one = world[answering]
            word = world.book.word(f"answer of {answering} in the {name}", "text", one.who, FOLLOWERS)
            number = await world.post(one.node, planted.uris[thing])
            if not number:
                world.ledger.faults.append(f"{one.who} never received the {thing}")
                continue
            said = {"status": f"{PROBE} {word}", "visibility": "public", "in_reply_to_id": str(number)}
            made = await one.does("POST", "/api/v1/statuses", json=said)
            answer = f"answer of {answering} in the {name}"
            planted.uris[answer], planted.ids[answer] = made["uri"], made["id"]
            await one.api(
                "POST",
                "/api/v1/statuses",
                json={
                    **said,
                    "status": f"{said['status']} @{world['cleo'].handle} @{world['ari'].handle} @{world['bea'].handle}",
                },
            )
            for verb in ("favourite", "bookmark", "reblog"):
                await one.api("POST", f"/api/v1/statuses/{number}/{verb}")
        await world.settle()
        word = world.book.word(thing, "text after the edit", "ada@A", FOLLOWERS)
        world.book.canaries[world.book.named(thing, "text")].field = "text before the edit"
        await world["ada"].does("PUT", f"/api/v1/statuses/{planted.ids[thing]}", json={"status": f"{PROBE} {word}"})
        gone = f"deleted post in the {name}"
        await _say(world, planted, world["ada"], name, gone, FOLLOWERS)
        await world.settle()
        world.book.narrow(gone, ())
        await world["ada"].does("DELETE", f"/api/v1/statuses/{planted.ids[gone]}")
