"""What answers somebody who shows no credential: an exact list. Everything else refuses, in the same words whether the thing exists or not, and nothing
that people wrote or are called stands in any of these answers.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import quote, unquote

import httpx2
import orjson
import pytest

from fediverse.actions.media import add_emoji
from fediverse.routes import ROUTES
from tests.federation.scripted import ACTIVITY_JSON, AS2, PUBLIC
from tests.support.journeys import asked, follow, picture, posted, uploaded
from tests.support.nodes import Person, RunningNode, settle_all

OPEN = {
    # what a client asks before it has a token
    "POST /api/v1/apps",
    "GET /api/v1/instance",
    "GET /api/v2/instance",
    "GET /api/v1/instance/rules",
    "GET /api/v1/instance/extended_description",
    "GET /api/v1/instance/privacy_policy",
    "GET /api/v1/instance/languages",
    "GET /.well-known/oauth-authorization-server",
    "POST /oauth/token",
    "POST /oauth/revoke",
    # signing in; the form itself is refused to whoever did not load its page
    "GET /auth/sign_in",
    "POST /auth/sign_out",
    "GET /oauth/authorize",
    "POST /oauth/authorize",
    "GET /static/{name:path}",
    # discovery: the node itself, and nobody of it
    "GET /.well-known/webfinger",
    "GET /.well-known/host-meta",
    "GET /.well-known/nodeinfo",
    "GET /nodeinfo/{version}",
    "GET /actor",
    # whether the node is alive
    "GET /health",
    "GET /api/v1/streaming/health",
    "GET /healthz",
    "GET /readyz",
}
"""Each of these answers something to anybody. A route that is new here is a decision about what the world may read: DESIGN.md, section 4."""

LEADS_ELSEWHERE = {
    "GET /users/{username}",
    "GET /users/{username}/posts/{post_id}",
    "GET /@{acct}",
    "GET /@{acct}/{post_id:int}",
}
"""Browsers and servers have addresses of their own for one thing: these send each to its own, without a look at whether the thing exists."""

REFUSED = frozenset({401, 403, 404})
ACCEPTS = ("application/json", "text/html", ACTIVITY_JSON)
STRANGER = ("203.0.113.9", 4711)


@dataclass(frozen=True)
class Canary:
    """Somebody, with a word in all that the person has that nobody could know by chance; and the ids of it all."""

    word: str
    ids: Mapping[str, str]


def ways() -> list[tuple[str, str]]:
    return [(method, route.path) for route in ROUTES for method in sorted((route.methods or set()) - {"HEAD"})]


@pytest.fixture
async def canary(home: RunningNode, away: RunningNode, bob: Person) -> Canary:
    word = "q" + secrets.token_hex(6)
    person = await home.person(word)
    await asked(
        person,
        "PATCH",
        "/api/v1/accounts/update_credentials",
        data={"display_name": f"Name {word}", "note": f"Note {word}"},
        files={"avatar": ("a.png", picture(), "image/png")},
    )
    with home.node.database.active():
        await add_emoji(home.node, word, picture())
    media = await uploaded(person, f"Alt {word}")
    text = f"Text {word} #{word} :{word}:"
    status = await posted(person, text, spoiler_text=f"Warning {word}", media_ids=[media])
    await asked(person, "POST", f"/api/v1/statuses/{status['id']}/pin")
    await follow(bob, person)
    await settle_all(home, away)
    names = dict.fromkeys(("username", "acct", "name", "shortcode"), word)
    numbers = {
        "id": status["id"],
        "post_id": status["id"],
        "quoting_id": status["id"],
        "quote_id": "1",
        "activity_id": status["id"],
        "account_id": status["account"]["id"],
        "report_id": "1",
        "conversation_id": "1",
        "filter_id": "1",
        "list_id": "1",
        "poll_id": "1",
        "scheduled_id": "1",
        "announcement_id": "1",
        "media_id": media,
        "token_id": "1",
        "request_id": "1",
        "group_key": "ungrouped-1",
        "sequence": "1",
    }
    fixed = {
        "variant": "original",
        "which": "avatar",
        "domain": "here",
        "version": "2.1",
        "form": "csv",
        "anything": "v1/x",
    }
    return Canary(word, {**names, **numbers, **fixed})


def filled(path: str, ids: Mapping[str, str]) -> str:
    if path == "/static/{name:path}":
        return "/static/style.css"
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: quote(ids[match[1]]), path)


async def answers_to(home: RunningNode, method: str, path: str, ids: Mapping[str, str]) -> list[httpx2.Response]:
    """What somebody far away, who shows nothing, hears: as a client, a browser and a server; with an empty body, and with one that makes sense."""
    target = filled(path, ids)
    word = ids["username"]
    node = home.node.settings.domain
    resources = [f"acct:{word}@{node}", f"acct:{node.partition(':')[0]}@{node}", f"http://{node}/users/{word}"]
    params = [{"resource": resource, "q": word, "acct": word, "text": word} for resource in resources]
    found = []
    transport = httpx2.ASGITransport(home.app, client=STRANGER, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url=f"http://{home.host}") as stranger:
        for accept in ACCEPTS:
            headers = {"accept": accept, "host": home.host}
            if method == "GET":
                found += [await stranger.get(target, params=query, headers=headers) for query in (*params, {})]
                continue
            note = {"type": "Note", "content": word, "to": PUBLIC}
            activity = {
                "@context": AS2,
                "type": "Create",
                "id": f"http://{node}/x",
                "actor": f"http://{node}/users/{word}",
                "object": note,
            }
            sent = {**headers, "content-type": ACTIVITY_JSON}
            found.append(await stranger.request(method, target, content=orjson.dumps(activity), headers=sent))
            form = {
                "status": word,
                "text": word,
                "client_name": "App",
                "redirect_uris": "https://app.example/",
                "email": word,
                "password": "x",
            }
            found.append(await stranger.request(method, target, data=form, headers=headers))
            found.append(await stranger.request(method, target, headers=headers))
    return found


def is_refusal(answer: httpx2.Response) -> bool:
    """An inbox says what is wrong with a body before it asks who sent it; that is no answer either."""
    if answer.request.url.path.endswith("inbox") and answer.status_code in {400, 415}:
        return True
    location = answer.headers.get("location", "")
    return answer.status_code in REFUSED or (answer.status_code == 303 and location.startswith("/auth/sign_in?next="))


def leads_to_the_other_address(answer: httpx2.Response) -> bool:
    return answer.status_code == 302 and answer.headers["location"].startswith(("/@", "/users/"))


async def test_exactly_these_routes_answer_a_stranger(home: RunningNode, canary: Canary) -> None:
    """T-211, T-212, T-219: every other route says 401, 403 or 404, or leads to the sign-in page."""
    answering, leading, failing = set(), set(), set()

    for method, path in ways():
        for answer in await answers_to(home, method, path, canary.ids):
            if answer.status_code >= 500:
                failing.add(f"{method} {path}: {answer.status_code}")
            elif leads_to_the_other_address(answer):
                leading.add(f"{method} {path}")
            elif not is_refusal(answer):
                answering.add(f"{method} {path}")

    assert failing == set()
    assert answering == OPEN
    assert leading == LEADS_ELSEWHERE


async def test_nothing_of_anybody_stands_in_what_a_stranger_reads(home: RunningNode, canary: Canary) -> None:
    """T-211: name, note, words, tags, emoji, descriptions and the person's very name; what the stranger wrote into the question apart."""
    leaks = set()

    for method, path in ways():
        for answer in await answers_to(home, method, path, canary.ids):
            said = unquote(unquote(unescape(answer.text) + str(dict(answer.headers))))
            url = answer.request.url
            echoes = [unquote(unquote(part)) for part in (url.query.decode(), url.path) if part not in {"", "/"}]
            for echo in (*echoes, *_typed(answer, canary.word)):
                said = said.replace(echo, "")
            if canary.word in said:
                leaks.add(f"{method} {path}")

    assert leaks == set()


def _typed(answer: httpx2.Response, word: str) -> list[str]:
    """The sign-in page keeps what was typed into its field; the redirect between a person's two addresses keeps the name that was asked for."""
    typed = [f'value="{word}"', f'resource: "acct:{word}']
    if leads_to_the_other_address(answer):
        typed += [f"/@{word}", f"/users/{word}"]
    return typed


async def test_a_stranger_cannot_tell_who_works_here(home: RunningNode, canary: Canary) -> None:
    """T-043: what exists and what does not are refused in the same words, with the same headers."""
    made_up = "z" + canary.word[1:][::-1]
    numbers = dict.fromkeys(("id", "post_id", "activity_id", "account_id", "media_id"), "123456789012345678")
    nobody = {**canary.ids, **dict.fromkeys(("username", "acct", "name", "shortcode"), made_up), **numbers}
    telling = set()

    for method, path in ways():
        if f"{method} {path}" in OPEN:
            continue
        real = await answers_to(home, method, path, canary.ids)
        unreal = await answers_to(home, method, path, nobody)
        for one, other in zip(real, unreal, strict=True):
            if _without_names(one, canary.ids) != _without_names(other, nobody):
                telling.add(f"{method} {path}: {one.status_code} and {other.status_code}")

    assert telling == set()


_OWN = frozenset({"content-length", "set-cookie"})  # the sign-in page gives each browser a token of its own


def _without_names(answer: httpx2.Response, ids: Mapping[str, str]) -> tuple[int, str, str]:
    said = unquote(answer.text)
    headers = unquote(str({name: value for name, value in answer.headers.items() if name not in _OWN}))
    for value in sorted({ids[name] for name in ("username", "id", "account_id", "media_id")}, key=len, reverse=True):
        said, headers = said.replace(value, "…"), headers.replace(value, "…")
    said = re.sub(r'name="csrf_token" value="[^"]*"', "", said)
    return answer.status_code, said, headers


async def test_figures_are_for_this_machine(home: RunningNode) -> None:
    """`/metrics` answers the loopback without a token, and nobody else: the exact list above was asked from elsewhere."""
    near = await home.client.get("/metrics")
    forwarded = await home.client.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})

    assert (near.status_code, forwarded.status_code) == (200, 404)


async def test_a_preflight_opens_nothing(home: RunningNode, canary: Canary) -> None:
    """Browsers ask without a token before they ask with one: the answer holds headers, and a request without the token is refused all the same."""
    preflight = {"origin": "https://elk.example", "access-control-request-method": "GET"}

    answer = await home.client.request("OPTIONS", "/api/v1/timelines/home", headers=preflight)
    bare = await home.client.get("/api/v1/timelines/home", headers={"origin": "https://elk.example"})

    assert (answer.status_code, answer.content) == (204, b"")
    assert "access-control-allow-credentials" not in answer.headers
    assert bare.status_code == 401
