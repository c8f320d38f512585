"""A secret group, and what stands in it, is answered like something that does not exist: to the byte, and with as many questions to the database, by every route.

Asked by a colleague in an application and in a browser, by a node that is allowed and has no member, and by somebody who shows nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pytest

from fediverse.actions.sessions import start_session
from fediverse.crypto.keypairs import KeyKind, PrivateKey
from fediverse.queries.access import signed_in_by_session
from fediverse.queries.keys import signing_key
from tests.federation.scripted import ACTIVITY_JSON
from tests.leakcheck.walk import NOT_DRIVEN, signed, ways
from tests.leakcheck.wires import Said, ask
from tests.mastodon.test_query_counts import questions
from tests.support.journeys import asked, posted, uploaded
from tests.support.nodes import Person, RunningNode

_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
_CHANGING = re.compile(
    r"\d\d:\d\d:\d\d(\.\d+)?|20\d\d-\d\d-\d\dT[\d:.]+Z?|\?e=\d+&(?:amp;)?t=[\w-]+|name=\"(?:csrf_token|key)\" value=\"[^\"]*\""
)
_FIXED = {
    "version": "2.1",
    "form": "csv",
    "which": "avatar",
    "variant": "original",
    "anything": "v1/x",
    "group_key": "ungrouped-1",
    "domain": "here",
    "shortcode": "none",
    "sequence": "1",
}
_WARM = 2
"""What is asked once for a process is asked by the first of these questions."""


@dataclass(frozen=True)
class Names:
    """What a group, its post and its file are called: those that are secret, or those of nothing."""

    name: str
    group: str
    post: str
    media: str

    def fills(self, path: str) -> str:
        values = {
            **_FIXED,
            "post_id": self.post,
            "quoting_id": self.post,
            "status_id": self.post,
            "activity_id": self.post,
            "media_id": self.media,
        }
        values |= dict.fromkeys(("username", "acct", "name"), self.name)
        values["id"] = (
            self.post
            if path.startswith(("/api/v1/statuses", "/api/v1/polls"))
            else self.media
            if "/media" in path
            else self.group
        )
        return _PARAMETER.sub(lambda match: quote(values.get(match[1], self.group)), path)

    def hides(self, text: str) -> str:
        for value in sorted((self.name, self.group, self.post, self.media), key=len, reverse=True):
            text = re.sub(re.escape(value), "…", text, flags=re.IGNORECASE)
        return _CHANGING.sub("", text)

    def says(self, host: str) -> dict[str, str]:
        uri = f"http://{host}/users/{self.name}"
        return {
            "q": f"@{self.name}", "acct": self.name, "uri": uri, "resource": f"acct:{self.name}@{host}", "id[]": self.group, "account": self.group, "to": self.name,
            "resolve": "false", "status": f"@{self.name} hello", "text": "hello", "group_id": self.group, "in_reply_to_id": self.post, "quoted_status_id": self.post,
            "account_id": self.group, "account_ids[]": self.group, "post": self.post, "status_ids[]": self.post, "comment": "x", "group": self.group, "audience": "network",
        }  # fmt: skip


@dataclass
class Asking:
    """Somebody who is not in the group, by one of the ways to ask."""

    node: RunningNode
    who: str
    headers: Mapping[str, str]
    csrf: str = ""
    key: PrivateKey | None = None

    async def __call__(self, method: str, path: str, names: Names) -> Said:
        target, said = names.fills(path), names.says(self.node.host)
        if self.key is not None:
            return await signed(self.node, self.key, method, target, ACTIVITY_JSON, self.node.node.clock.now())
        if method == "GET":
            return await ask(self.node.app, self.node.host, method, target, query=said, headers=self.headers)
        return await ask(
            self.node.app, self.node.host, method, target, form={**said, "csrf_token": self.csrf}, headers=self.headers
        )


@pytest.fixture
async def secret(home: RunningNode, alice: Person) -> Names:
    group = await asked(
        alice, "POST", "/api/v1/groups", json={"name": "plotters", "display_name": "Plot", "access": "secret"}
    )
    media = await uploaded(alice, "A plan")
    status = await posted(alice, "We meet at noon", group_id=group["id"], media_ids=[media])
    await home.settle()
    return Names("plotters", group["id"], status["id"], media)


@pytest.fixture
def nothing(secret: Names) -> Names:
    """Names of the same length, of nothing."""
    return Names(
        "plodders",
        *(str(int(number) + 100_000 + place) for place, number in enumerate((secret.group, secret.post, secret.media))),
    )


@pytest.fixture(params=["application", "browser", "server", "nobody"])
async def asking(
    request: pytest.FixtureRequest, home: RunningNode, away: RunningNode, carol: Person, bob: Person
) -> Asking:
    match request.param:
        case "application":
            return Asking(home, request.param, {"authorization": f"Bearer {carol.token}"})
        case "browser":
            with home.node.database.active():
                session = await start_session(home.node, carol.id)
                csrf = (await signed_in_by_session(home.node, session.cookie)).csrf_token
            return Asking(home, request.param, {"cookie": f"session={session.cookie}", "accept": "text/html"}, csrf)
        case "server":
            with away.node.database.active():
                key = await signing_key(away.node, bob.id, KeyKind.RSA)
            return Asking(home, request.param, {}, key=key)
        case _:
            return Asking(home, request.param, {"accept": "text/html"})


def driven(who: str) -> list[tuple[str, str]]:
    """An application asks the API, a browser the pages, a server and a stranger all of it."""
    of_applications = ("/api", "/oauth")
    return [
        (method, path)
        for method, path in ways()
        if f"{method} {path}" not in NOT_DRIVEN
        and not path.startswith("/settings/apps/{")
        and (who not in {"application", "browser"} or path.startswith(of_applications) is (who == "application"))
        and (method == "GET" or who in {"application", "browser"})
    ]


async def test_a_secret_group_is_answered_like_a_name_that_does_not_exist(
    asking: Asking, secret: Names, nothing: Names
) -> None:
    """T-160, T-163, T-171, T-173, T-179: status, headers and body are the same but for the names that were asked for."""
    telling = []

    for method, path in driven(asking.who):
        hidden, unknown = [await asking(method, path, names) for names in (secret, nothing)]
        real, unreal = secret.hides(_text(hidden)), nothing.hides(_text(unknown))
        if (hidden.status, real) != (unknown.status, unreal):
            telling.append(f"{method} {path}: {hidden.status} and {unknown.status}\n    {_difference(real, unreal)}")

    assert not telling, "\n".join(f"LEAK {one}" for one in telling)


async def test_a_secret_group_costs_as_much_as_a_name_that_does_not_exist(
    asking: Asking, secret: Names, nothing: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T-043: else a stopwatch would tell them apart."""
    telling = []

    for method, path in driven(asking.who):
        if method != "GET" or "{post_id" in path or "{media_id" in path:  # numbers cannot be guessed, as names can
            continue
        for _time in range(_WARM):
            await asking(method, path, nothing)
        costs = []
        for names in (secret, nothing):
            with questions(monkeypatch) as sent:
                await asking(method, path, names)
            costs.append(len(sent))
        if costs[0] != costs[1]:
            telling.append(f"{method} {path}: {costs[0]} and {costs[1]} statements")

    assert not telling, "\n".join(f"LEAK {one}" for one in telling)


async def test_whoever_is_in_the_group_is_answered_otherwise(
    home: RunningNode, alice: Person, secret: Names, nothing: Names
) -> None:
    """The twin: the owner's answers differ, so that it is not the question that is blind."""
    owner = Asking(home, "application", {"authorization": f"Bearer {alice.token}"})

    differing = [
        path
        for method, path in driven("application")
        if method == "GET" and (await owner(method, path, secret)).status != (await owner(method, path, nothing)).status
    ]

    assert len(differing) >= 10
    assert "/api/v1/groups/{id}" in differing


def _text(said: Said) -> str:
    kept = {name: value for name, value in said.headers.items() if name not in {"content-length", "set-cookie", "date"}}
    return f"{kept}{said.body.decode('utf-8', 'replace')}"


def _difference(one: str, other: str) -> str:
    start = next(
        (place for place, (left, right) in enumerate(zip(one, other, strict=False)) if left != right),
        min(len(one), len(other)),
    )
    return f"…{one[max(0, start - 60) : start + 120]!r}\n    …{other[max(0, start - 60) : start + 120]!r}"
