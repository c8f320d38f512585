"""What is not for everybody, with a canary in each of its fields, as people would make it by their applications; and who may have which.

First who follows whom, then who no longer does; streams and devices listen from then on; then everything is written, changed and taken back.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import orjson

from fediverse.actions import access_blocks, announcements, moderation
from tests.federation.scripted import deliver
from tests.leakcheck import hearing
from tests.leakcheck.canaries import PROBE
from tests.leakcheck.world import D, E, Someone, World, hold
from tests.support.journeys import picture

COMPANY = ("root@A", "ada@A", "anna@A", "ari@A", "alf@A", "una@A", "sue@A", "server A")
FOLLOWERS = ("ada@A", "anna@A", "bert@B", "server A", "server B")
MEMBERS_HERE = ("ada@A", "anna@A", "server A")
NETWORK = (*COMPANY, "bert@B", "bea@B", "ben@B", "cleo@C", "server B", "server C")


@dataclass
class Planted:
    """Addresses of the secret posts, by thing; ids of the lists by the name of their owner; ids of the groups at A, by name."""

    uris: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    lists: dict[str, int] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)


async def meet(world: World) -> Planted:
    """Who follows whom; then alf, ben and dan no longer do, abe is blocked, and D is held."""
    planted = Planted()
    for name in ("anna", "alf", "bert", "ben"):
        await _follow(world, world[name], world["ada"])
        await _let_in(world, world["ada"], world[name].uri)
    for name in ("dan", "frank"):
        actor = world.actor("D" if name == "dan" else "F", name)
        await deliver(world.a, actor.says("Follow", world["ada"].uri), actor)
    await world.settle(1)
    await _let_in(world, world["ada"], world.actor("D", "dan").uri)
    await _follow(world, world["cleo"], world["ada"])
    await _follow(world, world["anna"], world["una"])
    for follower in ("cleo", "bea", "bert"):
        await _follow(world, world[follower], world["ari"])
    for follower in ("bea", "anna"):
        await _follow_fay(world, world[follower])
    for name in ("alf", "ben"):
        gone = await world.account(world.a, world[name].uri)
        await world["ada"].does("POST", f"/api/v1/accounts/{gone}/remove_from_followers")
    await world["ada"].does("POST", f"/api/v1/accounts/{world['abe'].id}/block")
    await world.settle()
    await _lists(world, planted)
    await hearing.subscribe(world)
    reason = world.book.word("rule for server D", "reason", "root@A", ("root@A",), staff=True)
    for node in (world.a, world.b):
        await hold(node, D, reason)
    world.watched[D].closed = True
    return planted


async def _follow(world: World, one: Someone, other: Someone) -> None:
    found = await one.does(
        "GET", "/api/v2/search", query={"q": f"@{other.handle}", "type": "accounts", "resolve": "true"}
    )
    await one.does("POST", f"/api/v1/accounts/{found['accounts'][0]['id']}/follow", json={"notify": True})
    await world.settle(2)


async def _let_in(world: World, one: Someone, uri: str) -> None:
    asking = await world.account(one.node, uri)
    await one.does("POST", f"/api/v1/follow_requests/{asking}/authorize")
    await world.settle(2)


async def _follow_fay(world: World, one: Someone) -> None:
    """F says yes to whoever asks."""
    fay = world.actor("F", "fay")
    world.f.shows(fay.document())
    found = await one.does("GET", "/api/v2/search", query={"q": fay.uri, "type": "accounts", "resolve": "true"})
    await one.does("POST", f"/api/v1/accounts/{found['accounts'][0]['id']}/follow")
    await world.settle(1)
    with one.node.node.database.active():
        body = await one.node.node.database.value(
            "SELECT body FROM outbound_activity WHERE type = 'Follow' ORDER BY id DESC LIMIT 1"
        )
    await deliver(one.node, fay.says("Accept", orjson.loads(body), 800 + one.id % 100), fay)
    await world.settle(1)


async def _lists(world: World, planted: Planted) -> None:
    title = world.book.word("list of ada", "title", "ada@A", ())
    ours = await world["ada"].does("POST", "/api/v1/lists", json={"title": title})
    planted.lists["ada"] = int(ours["id"])
    theirs = await world["anna"].does("POST", "/api/v1/lists", json={"title": "Everything of ada's"})
    await world["anna"].does(
        "POST", f"/api/v1/lists/{theirs['id']}/accounts", json={"account_ids": [str(world["ada"].id)]}
    )
    planted.lists["anna"] = int(theirs["id"])


# ── posts ─────────────────────────────────────────────────────────────────────────────────────────


async def write(world: World, planted: Planted) -> None:
    """All posts, and what happens to them."""
    ada, named = world["ada"], f"@{world['bert'].handle} @anna"
    await _post(world, planted, ada, "company post", COMPANY, "public", local_only=True)
    await _post(world, planted, ada, "followers post", FOLLOWERS, "private")
    await _post(world, planted, ada, "direct post", FOLLOWERS, "direct", text=named)
    await _post(world, planted, ada, "direct post here", MEMBERS_HERE, "direct", text="@anna")
    await _post(world, planted, world["una"], "followers post of una", ("una@A", "anna@A", "server A"), "private")
    await _post(world, planted, world["sue"], "post of a suspended person", (*NETWORK, "abe@A"), "public", files=False)
    await _post(world, planted, world["ari"], "network post", (*NETWORK, "abe@A"), "public", files=False)
    await _post(world, planted, ada, "deleted post", FOLLOWERS, "private")
    await _poll(world, planted)
    await world.settle()
    await _edit(world, planted, "followers post", FOLLOWERS, "")
    await _edit(world, planted, "direct post", FOLLOWERS, f"{named} @{world['cleo'].handle} @ari")
    await _edit(world, planted, "company post", COMPANY, f"@{world['cleo'].handle}")
    await world.settle()
    await _live(world, planted)
    await _take_back(world, planted)
    await world.settle()


async def _post(
    world: World, planted: Planted, author: Someone, thing: str, audience: Sequence[str], visibility: str,
    *, text: str = "", files: bool = True, local_only: bool = False,
) -> None:  # fmt: skip
    def word(name: str) -> str:
        return world.book.word(
            thing, name, author.who, audience, staff=thing in {"followers post", "post of a suspended person"}
        )

    outsiders = f"@{world['cleo'].handle} @eve@{E}" if local_only else f"@eve@{E}"
    attached = await files_of(author, word) if files else []
    said: dict[str, object] = {
        "status": f"{PROBE} {text} {outsiders} {word('text')} #{PROBE} #{word('hashtag')}",
        "spoiler_text": f"{PROBE} {word('content warning')}",
        "visibility": visibility,
        "media_ids": attached,
    }
    if local_only:
        said["local_only"] = True
    made = await author.does("POST", "/api/v1/statuses", json=said)
    planted.uris[thing], planted.ids[thing] = made["uri"], made["id"]


async def files_of(author: Someone, word: Callable[[str], str]) -> list[str]:
    """A picture with a description, and a document with a name and bytes of its own."""
    names = [("alt text", "p.png", picture()), ("bytes of a file", "", b"")]
    found = []
    for name, file_name, data in names:
        secret = word(name)
        if file_name:
            sent = _multipart({"description": f"{PROBE} {secret}"}, file_name, "image/png", data)
        else:
            sent = _multipart({}, f"{word('file name')}.txt", "text/plain", f"What it says: {secret}\n".encode())
        found.append((await author.does("POST", "/api/v2/media", **sent))["id"])
    return found


def _multipart(fields: dict[str, str], file_name: str, kind: str, data: bytes) -> dict[str, object]:
    edge = "edge-of-the-parts"
    parts = [
        f'--{edge}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\ncontent-disposition: form-data; name="file"; filename="{file_name}"\r\ncontent-type: {kind}\r\n\r\n'
    return {
        "body": b"".join([*parts, head.encode(), data, f"\r\n--{edge}--\r\n".encode()]),
        "headers": {"content-type": f"multipart/form-data; boundary={edge}"},
    }


async def _poll(world: World, planted: Planted) -> None:
    options = [world.book.word("followers poll", f"option {number}", "ada@A", FOLLOWERS) for number in (1, 2)]
    text = world.book.word("followers poll", "text", "ada@A", FOLLOWERS)
    made = await world["ada"].does(
        "POST",
        "/api/v1/statuses",
        json={"status": f"{PROBE} {text}", "visibility": "private", "poll": {"options": options, "expires_in": 86400}},
    )
    planted.uris["followers poll"], planted.ids["followers poll"] = made["uri"], made["id"]


async def _edit(world: World, planted: Planted, thing: str, audience: Iterable[str], named: str) -> None:
    """What it said before stays in its history; whoever is named now was not meant."""
    source = await world["ada"].does("GET", f"/api/v1/statuses/{planted.ids[thing]}/source")
    said = {
        "status": f"{source['text']} {world.book.word(thing, 'text after the edit', 'ada@A', audience, staff=thing == 'followers post')} {named}",
        "spoiler_text": source["spoiler_text"],
    }
    status = await world["ada"].does("GET", f"/api/v1/statuses/{planted.ids[thing]}")
    said["media_ids"] = [media["id"] for media in status["media_attachments"]]
    said["status"] = said["status"].replace(world.book.named(thing, "text"), "")
    world.book.canaries[world.book.named(thing, "text")].field = "text before the edit"
    await world["ada"].does("PUT", f"/api/v1/statuses/{planted.ids[thing]}", json=said)


async def _live(world: World, planted: Planted) -> None:
    """Likes, votes, pins, boosts, bookmarks, answers: each is told to somebody."""
    for name in ("anna", "bert"):
        one = world[name]
        for thing in ("followers post", "direct post", "followers poll"):
            number = await world.post(one.node, planted.uris[thing])
            for verb in ("favourite", "bookmark"):
                await one.does("POST", f"/api/v1/statuses/{number}/{verb}")
        poll = (
            await one.does("GET", f"/api/v1/statuses/{await world.post(one.node, planted.uris['followers poll'])}")
        )["poll"]
        await one.does("POST", f"/api/v1/polls/{poll['id']}/votes", json={"choices": [0]})
    for thing in ("company post", "followers post"):
        for verb in ("pin", "reblog"):
            await world["ada"].does("POST", f"/api/v1/statuses/{planted.ids[thing]}/{verb}")
    await world["ari"].does("POST", f"/api/v1/statuses/{planted.ids['company post']}/reblog")
    for name in ("ari", "anna"):
        await _answer(world, world[name], planted, "company post", (*COMPANY, "abe@A"))
        await _quote(world, world[name], planted, "company post", (*COMPANY, "abe@A"))
    await _answer(world, world["bert"], planted, "direct post", FOLLOWERS)
    await world.settle()


async def _answer(world: World, one: Someone, planted: Planted, thing: str, audience: Sequence[str]) -> None:
    """Said to be for everybody, and never wider than what it answers."""
    word = world.book.word(f"answer of {one.who} to the {thing}", "text", one.who, audience)
    number = await world.post(one.node, planted.uris[thing])
    named = "@anna @ada" if one.node is world.a else f"@{world['ada'].handle} @{world['anna'].handle}"
    said = {
        "status": f"{PROBE} {word} {named} @{world['cleo'].handle}",
        "visibility": "public",
        "in_reply_to_id": str(number),
    }
    if thing == "direct post":
        said["status"] = f"{PROBE} {word} {named}"
    made = await one.does("POST", "/api/v1/statuses", json=said)
    planted.uris[f"answer to the {thing}"], planted.ids[f"answer to the {thing}"] = made["uri"], made["id"]


async def _quote(world: World, one: Someone, planted: Planted, thing: str, audience: Sequence[str]) -> None:
    word = world.book.word(f"quote by {one.who} of the {thing}", "text", one.who, audience)
    said = {"status": f"{PROBE} {word}", "visibility": "public", "quoted_status_id": planted.ids[thing]}
    await one.api("POST", "/api/v1/statuses", json=said)


async def _take_back(world: World, planted: Planted) -> None:
    """A deletion, a suspension."""
    world.book.narrow("deleted post", ())
    await world["ada"].does("DELETE", f"/api/v1/statuses/{planted.ids['deleted post']}")
    world.book.narrow("post of a suspended person", ())
    with world.a.node.database.active():
        warning = world.book.word("warning of ari", "text", "root@A", ("ari@A",), staff=True)
        await moderation.moderate(world.a.node, world["root"].id, world["ari"].id, moderation.Measure("none", warning))
        await moderation.moderate(world.a.node, world["root"].id, world["sue"].id, moderation.Measure("suspend"))


# ── what is nobody's but one's own ────────────────────────────────────────────────────────────────


async def keep(world: World, planted: Planted) -> None:
    """Lists, filters, notes, drafts, posts for later, reports, and what administrators wrote down."""
    ada = world["ada"]

    def own(thing: str, name: str) -> str:
        return world.book.word(thing, name, "ada@A", ())

    keyword = own("filter of ada", "keyword")
    await ada.does(
        "POST",
        "/api/v2/filters",
        json={
            "title": own("filter of ada", "title"),
            "context": ["home"],
            "keywords_attributes": [{"keyword": keyword}],
        },
    )
    await ada.does(
        "POST", f"/api/v1/accounts/{world['anna'].id}/note", json={"comment": own("note of ada on anna", "comment")}
    )
    await ada.does(
        "POST", f"/api/v1/lists/{planted.lists['ada']}/accounts", json={"account_ids": [str(world["anna"].id)]}
    ) if await _follows_back(world) else None
    await ada.does("POST", "/api/v1/domain_blocks", json={"domain": f"{own('domain that ada hides', 'name')}.example"})
    await ada.does("POST", f"/api/v1/tags/{own('tag that ada follows', 'name')}/follow")
    await ada.does(
        "POST",
        "/api/v2/media",
        **_multipart({"description": own("draft of a file", "alt text")}, "p.png", "image/png", picture()),
    )
    for minutes, visibility in ((2000, "public"), (10, "private")):
        thing = "post for later" if minutes == 2000 else "post for later, followers"
        due = (world.clock.now() + timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")
        said = {
            "status": f"{PROBE} {own(thing, 'text')}",
            "spoiler_text": own(thing, "content warning"),
            "scheduled_at": due,
            "visibility": visibility,
        }
        await ada.does("POST", "/api/v1/statuses", json=said)
    bert = await world.account(world.a, world["bert"].uri)
    await ada.does(
        "POST",
        "/api/v1/reports",
        json={
            "account_id": str(bert),
            "comment": world.book.word("report by ada", "comment", "ada@A", (), staff=True),
            "forward": False,
        },
    )
    comment = world.book.word("report by anna", "comment", "anna@A", (), staff=True)
    await world["anna"].does(
        "POST",
        "/api/v1/reports",
        json={"account_id": str(ada.id), "status_ids": [planted.ids["followers post"]], "comment": comment},
    )
    await _administer(world)
    await world.settle()


async def _follows_back(world: World) -> bool:
    """A list takes those whom its owner follows."""
    await _follow(world, world["ada"], world["anna"])
    await _let_in(world, world["anna"], world["ada"].uri)
    return True


async def _administer(world: World) -> None:
    root = world["root"]

    def word(thing: str, name: str, audience: Sequence[str] = ()) -> str:
        return world.book.word(thing, name, "root@A", audience, staff=True)

    with world.a.node.database.active():
        await announcements.publish(
            world.a.node, f"{PROBE} {word('announcement', 'text', (*COMPANY, 'abe@A'))}", by="root"
        )
        await access_blocks.add_ip_block(
            world.a.node,
            root.id,
            "198.51.100.0/24",
            "sign_up_block",
            word("blocked network", "comment"),
            from_address="203.0.113.9",
        )
        await access_blocks.add_email_domain_block(
            world.a.node, root.id, f"{word('blocked e-mail domain', 'name')}.example"
        )


async def write_after(world: World, planted: Planted) -> None:
    """More of the same once everybody tried to become somebody who may have it."""
    await _post(world, planted, world["ada"], "later followers post", FOLLOWERS, "private")
    await _post(world, planted, world["una"], "later followers post of una", ("una@A", "anna@A", "server A"), "private")
    await _post(world, planted, world["ada"], "later company post", COMPANY, "public", local_only=True)
    await _post(world, planted, world["ari"], "later network post", (*NETWORK, "abe@A"), "public", files=False)
    await world.settle()


async def publish_late(world: World) -> None:
    """Time passes: what was written for later is published to whom it is for now."""
    world.book.narrow("post for later, followers", FOLLOWERS)
    world.clock.advance(timedelta(minutes=11))
    await world.settle()
