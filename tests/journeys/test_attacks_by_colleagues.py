"""Somebody of the same company tries every door for what is not theirs: each route, with the ids of hidden things. Hidden must look as if it never was."""

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
import pytest

from fediverse.actions import access
from fediverse.actions.sessions import start_session
from fediverse.queries.access import signed_in_by_session
from fediverse.routes import ROUTES
from tests.federation.scripted import ACTIVITY_JSON
from tests.support.journeys import asked, copy_of, follow, follows, picture, posted, uploaded
from tests.support.nodes import Person, RunningNode, settle_all

UNKNOWN = "117000000000000001"
NO_WORD = "q000000000000"
OWN_SELF = ("/api/v1/accounts/verify_credentials", "/auth/sign_out")


@dataclass(frozen=True)
class Hidden:
    """A post that carol may not see, with a word in it that stands nowhere else; and what hangs on it."""

    word: str
    post: str
    uri: str
    media: str
    author: Person


def ways() -> list[tuple[str, str]]:
    return [(method, route.path) for route in ROUTES for method in sorted((route.methods or set()) - {"HEAD"})]


def filled(path: str, ids: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: quote(ids[match[1]], safe=""), path)


async def answer_to(
    running: RunningNode, person: Person, method: str, path: str, ids: Mapping[str, str], word: str
) -> httpx2.Response:
    """What *person* hears at this route, by an application or in a browser; *word* stands in all that can be asked for."""
    target = filled(path, ids)
    query = {
        "q": word,
        "text": word,
        "uri": ids["uri"],
        "id[]": ids["id"],
        "max_id": ids["above"],
        "resolve": "false",
        "quote": ids["id"],
    }
    form = {
        "in_reply_to_id": ids["id"],
        "reply_to": ids["id"],
        "quoted_status_id": ids["id"],
        "quote": ids["id"],
        "quote_approval_policy": "public",
        "policy": "public",
        "status": "x",
        "text": "x",
        "media_ids[]": ids["media_id"],
        "audience": "network",
    }
    if path.startswith("/api"):
        if method == "GET":
            return await person.client.get(target, params=query)
        return await person.client.request(method, target, data=form)
    async with running.browser() as browser:
        with running.node.database.active():
            session = await start_session(running.node, person.id)
            token = (await signed_in_by_session(running.node, session.cookie)).csrf_token
        browser.cookies.set("session", session.cookie)
        if method == "GET":
            return await browser.get(target, params=query)
        return await browser.request(method, target, data={**form, "csrf_token": token, "media": ids["media_id"]})


NUMBERED = sorted({name for _method, path in ways() for name in re.findall(r"\{(id|\w+_id)(?::\w+)?\}", path)})
"""Parameters of paths that are numbers."""


def ids_of(post: str, media: str, uri: str, author: Person) -> dict[str, str]:
    numbers = dict.fromkeys(NUMBERED, UNKNOWN)
    numbers |= {"quoting_id": post, "id": post, "post_id": post, "media_id": media, "activity_id": post}
    words = {
        "username": author.username,
        "acct": author.username,
        "name": "nothing",
        "domain": "here",
        "shortcode": "none",
    }
    fixed = {
        "variant": "original",
        "which": "avatar",
        "version": "2.1",
        "form": "csv",
        "anything": "v1/x",
        "group_key": "ungrouped-1",
        "sequence": "1",
        "above": "9",
    }
    return {**numbers, **words, **fixed, "account_id": str(author.id), "uri": uri}


@pytest.fixture(params=["private", "direct", "deleted", "blocked", "private elsewhere"])
async def hidden(
    request: pytest.FixtureRequest, home: RunningNode, away: RunningNode, alice: Person, carol: Person, bob: Person
) -> AsyncIterator[Hidden]:
    word = "q" + secrets.token_hex(6)
    kind = request.param
    eve = await home.person("eve")
    author = bob if kind == "private elsewhere" else alice
    await follows(eve, author, home, away)
    if kind == "blocked":
        await asked(alice, "POST", f"/api/v1/accounts/{carol.id}/block")
    if kind == "deleted":
        status = await posted(alice, f"{word} #{word}", local_only=True, media_ids=[await uploaded(alice, word)])
        await asked(alice, "DELETE", f"/api/v1/statuses/{status['id']}")
        yield Hidden(word, status["id"], status["uri"], status["media_attachments"][0]["id"], author)
        return
    visibility = {"private": "private", "direct": "direct", "blocked": "public"}.get(kind, "private")
    tag = "" if kind == "blocked" else f"#{word}"  # the tags of a public post are everybody's
    named = "" if kind == "private elsewhere" else "@eve"
    text = f"{word} {tag} {named}"
    media = await uploaded(author, word, picture())
    status = await posted(author, text, visibility, media_ids=[media], spoiler_text=word)
    await asked(
        author, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": f"{text} edited", "media_ids": [media]}
    )
    await settle_all(home, away)
    copy = await copy_of(eve, status)
    await asked(eve, "POST", f"/api/v1/statuses/{copy['id']}/favourite")
    await posted(eve, f"@{author.handle} about {word}", "direct", in_reply_to_id=copy["id"])
    yield Hidden(word, copy["id"], status["uri"], copy["media_attachments"][0]["id"], author)


async def test_what_is_hidden_is_as_unknown_as_what_never_was(home: RunningNode, carol: Person, hidden: Hidden) -> None:
    """T-043, T-352: show, context, source, history, favourite, boost, bookmark, pin, reply, edit, delete, media, search, pages: with the id of a hidden
    post and with one that never was, carol hears the same; and no word of the post in any answer.
    """
    telling, leaking = set(), set()

    for method, path in ways():
        if filled(path, ids_of("1", "1", "x", carol)) in OWN_SELF:
            continue
        real = await answer_to(
            home, carol, method, path, ids_of(hidden.post, hidden.media, hidden.uri, carol), hidden.word
        )
        nothing = ids_of(UNKNOWN, UNKNOWN, hidden.uri.replace(hidden.post, UNKNOWN), carol)
        unreal = await answer_to(home, carol, method, path, nothing, NO_WORD)
        heard = _comparable(real, hidden.post, hidden.media, hidden.word)
        expected = _comparable(unreal, UNKNOWN, UNKNOWN, NO_WORD)
        if heard != expected:
            telling.add(f"{method} {path}: {heard} and {expected}")
        if (
            path.startswith("/api") and hidden.word in real.text
        ):  # a page repeats what was asked, the same for both words
            leaking.add(f"{method} {path}")

    assert telling == set()
    assert leaking == set()


async def test_who_may_see_it_does_see_it(home: RunningNode, hidden: Hidden, request: pytest.FixtureRequest) -> None:
    """The twin: eve finds the same post by the same search; a deleted one nobody does."""
    [eve] = [person for person in [await _signed_in(home, "eve")] if person is not None]

    found = await eve.get("/api/v2/search", params={"q": hidden.word, "type": "statuses"})

    deleted = "[deleted]" in request.node.name
    assert (hidden.word in found.text) is not deleted


async def _signed_in(home: RunningNode, username: str) -> httpx2.AsyncClient:
    with home.node.database.active():
        number = await home.node.database.value("SELECT id FROM account WHERE handle = ?", username)
        token = await access.issue_token(home.node, number, ["read", "write"])
    return home.browser({"authorization": f"Bearer {token}"})


def _comparable(answer: httpx2.Response, post: str, media: str, word: str) -> tuple[int, str]:
    said = answer.text + answer.headers.get("location", "")
    for value in sorted({post, media, word}, key=len, reverse=True):
        said = said.replace(value, "…")
    said = re.sub(r'(csrf_token|name="key")"? value="[^"]*"', "", said)  # new for each page
    said = re.sub(r"\?e=\d+&(amp;)?t=[\w-]+|\d{15,}|\d\d:\d\d:\d\d|20\d\d-\d\d-\d\dT[\d:.]+Z?", "", said)
    return answer.status_code, said


# ── somebody else's things, by the verbs that name them ───────────────────────────────────────────


async def test_taking_back_what_one_never_did_tells_nothing(home: RunningNode, alice: Person, carol: Person) -> None:
    """T-043, client to server: an Undo of something whose address belongs to a hidden post is answered as for one that never was."""
    status = await posted(alice, "For my followers", "private")
    headers = {"content-type": ACTIVITY_JSON}

    def undo(uri: str) -> dict[str, object]:
        return {"type": "Undo", "object": uri}

    hidden = await carol.client.post("/users/carol/outbox", json=undo(status["uri"]), headers=headers)
    unknown = await carol.client.post(
        "/users/carol/outbox", json=undo(status["uri"].replace(status["id"], UNKNOWN)), headers=headers
    )

    assert (hidden.status_code, hidden.text) == (unknown.status_code, unknown.text)


async def test_an_edit_gives_nobody_new_what_was_said_before(home: RunningNode, alice: Person, carol: Person) -> None:
    """T-106: alice edits a direct post so that it names carol. It was not for her, and neither is what it said before."""
    await home.person("eve")
    status = await posted(alice, "@eve carol is going to be promoted", "direct")

    await asked(alice, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "@eve @carol lunch?"})

    await asked(carol, "GET", f"/api/v1/statuses/{status['id']}", 404)
    await asked(carol, "GET", f"/api/v1/statuses/{status['id']}/history", 404)
    assert await asked(carol, "GET", "/api/v1/notifications") == []


async def test_a_post_that_names_carol_from_the_start_is_hers(home: RunningNode, alice: Person, carol: Person) -> None:
    """The twin."""
    await home.person("eve")
    status = await posted(alice, "@eve @carol lunch?", "direct")

    assert (await asked(carol, "GET", f"/api/v1/statuses/{status['id']}"))["id"] == status["id"]
    assert len(await asked(carol, "GET", "/api/v1/notifications")) == 1


async def test_an_edit_of_a_public_post_may_name_people(home: RunningNode, alice: Person, carol: Person) -> None:
    """The other twin: everybody saw it anyway, so carol may be told."""
    status = await posted(alice, "Lunch?")

    await asked(alice, "PUT", f"/api/v1/statuses/{status['id']}", json={"status": "@carol lunch?"})

    assert len(await asked(carol, "GET", "/api/v1/notifications")) == 1


async def test_a_follow_that_was_refused_shows_no_more_than_before(home: RunningNode, carol: Person) -> None:
    """A locked colleague: asking is not following, and being rejected is not either."""
    dora = await home.person("dora", locked=True)
    await posted(dora, "For my followers", "private")

    await follow(carol, dora)
    waiting = await asked(carol, "GET", f"/api/v1/accounts/{dora.id}/statuses")
    await asked(dora, "POST", f"/api/v1/follow_requests/{carol.id}/reject")
    rejected = await asked(carol, "GET", f"/api/v1/accounts/{dora.id}/statuses")

    assert waiting == rejected == []
    assert await asked(carol, "GET", "/api/v1/timelines/home") == []


async def test_nobody_accepts_a_request_to_somebody_else(home: RunningNode, carol: Person) -> None:
    """Carol cannot let herself, or anybody, into dora's circle."""
    dora = await home.person("dora", locked=True)
    await follow(carol, dora)

    own = await carol.client.post(f"/api/v1/follow_requests/{carol.id}/authorize")
    other = await carol.client.post(f"/api/v1/follow_requests/{dora.id}/authorize")

    assert own.status_code in {404, 422}
    assert other.status_code == 404
    assert not (await asked(carol, "GET", "/api/v1/accounts/relationships", params={"id[]": str(dora.id)}))[0][
        "following"
    ]


# ── applications and browsers that may do less ────────────────────────────────────────────────────

WITHOUT_TOKEN = (
    "/api/v1/apps",
    "/api/v1/instance",
    "/api/v2/instance",
    *(f"/api/v1/instance/{part}" for part in ("extended_description", "languages", "privacy_policy", "rules")),
    "/api/v1/streaming/health",
)


async def test_a_token_for_reading_changes_nothing(home: RunningNode, alice: Person) -> None:
    """T-358: every route of the client API that changes something refuses a token with `read` alone."""
    with home.node.database.active():
        token = await access.issue_token(home.node, alice.id, ["read"])
    status = await posted(alice, "Mine")
    accepted = set()

    async with home.browser({"authorization": f"Bearer {token}"}) as client:
        for method, path in ways():
            if method == "GET" or not path.startswith("/api") or path in WITHOUT_TOKEN:
                continue
            ids = ids_of(status["id"], UNKNOWN, "x", alice)
            answer = await client.request(method, filled(path, ids), data={"status": "x"})
            if answer.status_code not in {403, 404}:
                accepted.add(f"{method} {path}: {answer.status_code}")

    assert accepted == set()


async def test_an_application_without_a_person_reads_nothing(home: RunningNode, alice: Person) -> None:
    """Anybody may register one: its own token opens what is open, and its own registration."""
    await posted(alice, "For the company", local_only=True)
    form = {"client_name": "App", "redirect_uris": "https://app.example/", "scopes": "read write"}
    app = (await home.client.post("/api/v1/apps", data=form)).json()
    grant = {
        "grant_type": "client_credentials",
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "scope": "read write",
    }
    token = (await home.client.post("/oauth/token", data=grant)).json()["access_token"]
    opened = set()

    async with home.browser({"authorization": f"Bearer {token}"}) as client:
        for method, path in ways():
            if path.startswith("/api") and path not in WITHOUT_TOKEN:
                answer = await client.request(method, filled(path, ids_of(UNKNOWN, UNKNOWN, "x", alice)))
                if answer.status_code not in {401, 403, 404}:
                    opened.add(f"{method} {path}")

    assert opened == {"GET /api/v1/apps/verify_credentials"}


async def test_a_form_of_another_site_changes_nothing(home: RunningNode, alice: Person) -> None:
    """Every form's target refuses a request that has the cookie and not the token of the page."""
    status = await posted(alice, "Mine")
    accepted = set()

    for method, path in ways():
        if (
            method == "GET"
            or path.startswith(("/api", "/oauth/token", "/oauth/revoke", "/oauth/userinfo"))
            or "box" in path
        ):
            continue
        async with home.browser() as browser:
            with home.node.database.active():
                session = await start_session(home.node, alice.id)
            browser.cookies.set("session", session.cookie)
            target = filled(path, ids_of(status["id"], UNKNOWN, "x", alice))
            for token in ("", "x" * 43):
                answer = await browser.request(
                    method, target, data={"text": "x", "audience": "network", "csrf_token": token}
                )
                if answer.status_code not in {400, 403, 404}:
                    accepted.add(f"{method} {path}: {answer.status_code}")

    assert accepted == set()
    assert (await asked(alice, "GET", f"/api/v1/statuses/{status['id']}"))["content"] == "<p>Mine</p>"


async def test_the_administrators_pages_are_unknown_to_everybody_else(home: RunningNode, carol: Person) -> None:
    """T-352: 404, as for a page that does not exist; with the right token of a form, too."""
    opened = set()

    for method, path in ways():
        if path.startswith("/admin"):
            answer = await answer_to(home, carol, method, path, ids_of(UNKNOWN, UNKNOWN, "x", carol), "x")
            if answer.status_code != 404:
                opened.add(f"{method} {path}: {answer.status_code}")

    assert opened == set()


async def test_the_same_pages_open_for_an_administrator(home: RunningNode) -> None:
    """The twin, for the pages that need nothing to be shown."""
    root = await home.person("root", "admin")

    for path in ("/admin/domains", "/admin/people", "/admin/deliveries", "/admin/domains/check"):
        answer = await answer_to(home, root, "GET", path, ids_of(UNKNOWN, UNKNOWN, "x", root), "")
        assert answer.status_code == 200


@pytest.mark.parametrize(
    "number", ["2147483648", "9223372036854775807", "9223372036854775808", "99999999999999999999999999", "0", "-1"]
)
async def test_a_number_that_no_table_holds_is_an_unknown_one(home: RunningNode, alice: Person, number: str) -> None:
    """T-346: beyond 32 and 64 bits, in every path and every cursor: refused as any unknown thing, never a fault of ours."""
    failing = set()
    words = dict.fromkeys(("name", "username", "acct", "shortcode", "domain"), "x")
    fixed = {
        "variant": "original",
        "which": "avatar",
        "version": "2.1",
        "form": "csv",
        "anything": "v1/x",
        "group_key": "ungrouped-1",
        "sequence": "1",
        "above": number,
        "uri": "x",
    }
    numbers = dict.fromkeys(NUMBERED, number)
    root = await home.person("root", "admin")

    for method, path in ways():
        for person in (alice, root):
            answer = await answer_to(home, person, method, path, {**words, **fixed, **numbers}, "x")
            if answer.status_code >= 500:
                failing.add(f"{method} {path}: {answer.status_code}")

    assert failing == set()
