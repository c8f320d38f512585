"""Every line of the URL map, asked for by everybody: people with their applications and browsers, servers with their signatures, and whoever shows nothing.

Paths are filled with what is secret: the ids that it has at the node that is asked, or, where that node has none, those of node A. What can be searched for
is searched for by the word that everything secret has in common.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product
from urllib.parse import quote

from fediverse.crypto.keypairs import PrivateKey
from fediverse.crypto.signatures import Dialect, sign
from fediverse.routes import ROUTES
from tests.federation.scripted import ACTIVITY_JSON
from tests.leakcheck.canaries import PROBE
from tests.leakcheck.planting import Planted
from tests.leakcheck.wires import Said, ask
from tests.leakcheck.world import A, B, C, Someone, World
from tests.support.nodes import RunningNode

_FILE = re.compile(rb"/media/\d+/\w+\?e=\d+&(?:amp;)?t=[\w-]+")
_PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
NOT_DRIVEN = {
    "POST /auth/sign_out": "it would end the session that asks",
    "POST /oauth/revoke": "it would end the token that asks",
}

INSIDERS = {A: ("root", "anna", "ada"), B: ("bert",)}
"""Who may read most; the administrator first, who only reads: what an administrator does would rule the others out."""
OUTSIDERS = {A: ("ari", "alf", "abe"), B: ("bea", "ben"), C: ("cleo",)}
SERVERS = ("server B", "server C", "server D", "server E", "server F", "unsigned")

SUBJECTS: Mapping[str, str] = {
    "/api/v1/groups/": "group", "/api/v1/timelines/group/": "group", "/api/v1/statuses/": "post", "/api/v1/accounts/": "account", "/api/v1/admin/accounts/": "account", "/api/v1/follow_requests/": "account",
    "/api/v1/suggestions/": "account", "/api/v1/lists/": "account_list", "/api/v1/timelines/list/": "account_list", "/api/v1/filters/": "filter_keyword",
    "/api/v2/filters/": "word_filter", "/api/v2/filters/keywords/": "filter_keyword", "/api/v2/filters/statuses/": "filter_post",
    "/api/v1/polls/": "poll", "/api/v1/media/": "media", "/api/v1/scheduled_statuses/": "scheduled_post", "/api/v1/conversations/": "conversation",
    "/api/v1/notifications/": "notification", "/api/v1/notifications/requests/": "notification_request", "/api/v1/announcements/": "announcement",
    "/api/v1/featured_tags/": "featured_tag", "/api/v1/admin/reports/": "report", "/api/v1/admin/domain_allows/": "domain_rule",
    "/api/v1/admin/domain_blocks/": "domain_rule", "/api/v1/admin/ip_blocks/": "ip_block", "/api/v1/admin/email_domain_blocks/": "email_domain_block",
    "/api/v1/admin/canonical_email_blocks/": "email_block",
}  # fmt: skip
"""What `{id}` names, by the beginning of the path; the longest that fits."""

NAMED: Mapping[str, str] = {
    "post_id": "post", "status_id": "post", "quoting_id": "post", "activity_id": "post", "account_id": "account", "media_id": "media", "poll_id": "poll", "list_id": "account_list",
    "scheduled_id": "scheduled_post", "conversation_id": "conversation", "filter_id": "word_filter", "report_id": "report", "announcement_id": "announcement",
    "token_id": "oauth_token", "request_id": "notification_request", "group_id": "group", "quote_id": "quote",
}  # fmt: skip
FIXED: Mapping[str, Sequence[str]] = {
    "username": ("ada", "circle", "cabal"), "acct": ("ada",), "name": (PROBE,), "shortcode": ("none",), "domain": ("here",), "version": ("2.1",), "form": ("csv",),
    "sequence": tuple(map(str, range(4, 22))), "which": ("avatar",), "variant": ("original", "small"), "anything": ("v1/x",), "group_key": ("ungrouped-1",),
}  # fmt: skip


@dataclass(frozen=True)
class Ids:
    """The ids at one node, by kind; of posts and files at most *most*, some of each sort."""

    node: RunningNode
    found: Mapping[str, Sequence[str]]
    most: int = 1000

    def of(self, path: str, name: str) -> Sequence[str]:
        if path.startswith("/groups/{acct}"):
            return self.found["group name"]
        if name in {"username", "acct"} and "{post_id" in path:
            return self._some(self.found[f"{name} of post"])
        if name in FIXED:
            return FIXED[name]
        return self._some(self.found.get(kind_of(path, name)) or ("1",))

    def _some(self, values: Sequence[str]) -> Sequence[str]:
        return values[:: -(-len(values) // self.most)]


def parameters(path: str) -> list[str]:
    return _PARAMETER.findall(path)


def kind_of(path: str, name: str) -> str:
    """What the parameter *name* of *path* names; empty where nobody has said it yet."""
    start = max((start for start in SUBJECTS if path.startswith(start)), key=len, default="")
    return NAMED.get(name) or (SUBJECTS[start] if start and name == "id" else "")


def ways() -> list[tuple[str, str]]:
    return [(method, route.path) for route in ROUTES for method in sorted((route.methods or set()) - {"HEAD"})]


async def ids_at(world: World, planted: Planted, node: RunningNode, most: int = 1000) -> Ids:
    """What the secret things are called there."""
    kinds = sorted({*SUBJECTS.values(), *NAMED.values()} - {"post", "account", "media", "group"})
    found: dict[str, Sequence[str]] = {}
    with node.node.database.active():
        for kind in kinds:
            rows = await node.node.database.rows(
                f"SELECT {'post_id AS id' if kind == 'poll' else 'id'} FROM {kind} ORDER BY 1 LIMIT 6"
            )
            found[kind] = [str(row["id"]) for row in rows]
        rows = await node.node.database.rows(
            "SELECT t.id FROM oauth_token t JOIN account a ON a.id = t.account_id WHERE a.username = 'ada' AND a.host = ''"
        )
        found["oauth_token"] = [str(row["id"]) for row in rows]  # others' own would end what they ask with
    posts = [await world.post(node, uri) or planted.ids[thing] for thing, uri in planted.uris.items()]
    found["post"] = [str(number) for number in posts]
    with node.node.database.active():
        listed = ", ".join(found["post"])
        rows = await node.node.database.rows(
            f"SELECT id FROM media WHERE post_id IN ({listed}) OR post_id IS NULL ORDER BY id LIMIT 40"
        )
        found["media"] = [str(row["id"]) for row in rows]
    authors = [uri.split("/")[2::2][:2] for uri in planted.uris.values()]
    found["username of post"] = [name for _host, name in authors]
    found["acct of post"] = [name if host == node.host else f"{name}@{host}" for host, name in authors]
    uris = [f"http://{A}/users/{name}" for name in planted.groups]
    found["group"] = [str(await world.account(node, uri)) for uri in uris]
    found["account"] = [str(await world.account(node, world[name].uri)) for name in ("ada", "anna")] + list(
        found["group"]
    )
    found["group name"] = [name if node is world.a else f"{name}@{A}" for name in planted.groups]
    return Ids(node, found, most)


def targets(path: str, ids: Ids) -> Iterator[str]:
    """*path* with everything that it can name."""
    names = parameters(path)
    choices = [ids.of(path, name) for name in names]
    several: Iterable[Sequence[str]] = (
        [values[number % len(values)] for values in choices]
        for number in range(max((len(values) for values in choices), default=1))
    )
    for chosen in product(*choices) if "variant" in names or path.startswith("/groups/{acct}/posts") else several:
        filled = path
        for name, value in zip(names, chosen, strict=True):
            filled = re.sub(rf"\{{{name}(?::\w+)?\}}", quote(value, safe=""), filled)
        yield filled


def query(ids: Ids, target: str) -> dict[str, str]:
    """What a reader may say beside the path."""
    number = next(iter(re.findall(r"\d{9,}", target)), ids.found["post"][0])
    account = ids.found["account"][0]
    return {
        "q": PROBE, "text": PROBE, "resolve": "false", "limit": "40", "id[]": ids.found["account"][1] if "relationships" in target else number, "page": "true", "account_id": account, "account": account, "post": number,
        "acct": "ada", "resource": f"acct:ada@{A}", "type": "statuses" if "search" in target else "", "quote": number, "to": "ada", "uri": f"http://{A}/users/ada",
        "tagged": PROBE, "host": B,
    }  # fmt: skip


def form(ids: Ids, target: str) -> dict[str, str]:
    """What a writer may say: answers, quotes, boosts and files that are somebody else's."""
    number = next(iter(re.findall(r"\d{9,}", target)), ids.found["post"][0])
    media = (ids.found["media"] or ["1"])[0]
    return {
        "status": "x", "text": "x", "in_reply_to_id": number, "reply_to": number, "quoted_status_id": number, "quote": number, "visibility": "public",
        "audience": "network", "media_ids[]": media, "media": media, "choices[]": "0", "account_id": ids.found["account"][0], "account": ids.found["account"][0],
        "status_ids[]": number, "post": number, "status_id": number, "comment": "x", "quote_approval_policy": "public", "policy": "public", "title": "x",
        "phrase": "x", "context[]": "home", "keyword": "x", "id[]": ids.found["account"][1] if "relationships" in target else number, "account_ids[]": ids.found["account"][0], "name": "x", "list": "1",
    }  # fmt: skip


# ── who asks ──────────────────────────────────────────────────────────────────────────────────────


async def as_person(world: World, one: Someone, ids: Ids, method: str, path: str) -> None:
    """By an application where there is one, else in a browser."""
    for target in targets(path, ids):
        call = (
            one.api if path.startswith(("/api", "/oauth/userinfo")) or "outbox" in path or "inbox" in path else one.page
        )
        if method == "GET":
            said = await call(method, target, query=query(ids, target))
        elif method == "POST" and path.startswith("/users/"):
            continue  # `spoken` drives these with activities
        else:
            said = await call(method, target, form=form(ids, target))
        _note(world, one.who, method, path, said)
        await _load_files(world, one, said)


async def _load_files(world: World, one: Someone, said: Said) -> None:
    """What a reader is shown with a link, the reader's client loads; each once."""
    for link in sorted(set(_FILE.findall(said.body)) - world.loaded.get(one.who, set())):
        world.loaded.setdefault(one.who, set()).add(link)
        loaded = await ask(one.node.app, one.node.host, "GET", link.decode().replace("&amp;", "&"))
        _note(world, one.who, "GET", "/media/{media_id:int}/{variant}", loaded)


async def as_server(world: World, who: str, ids: Ids, method: str, path: str) -> None:
    """Signed by *who*, as ActivityStreams and as whatever else is there."""
    accepts = (ACTIVITY_JSON, "text/html") if "users" in path or path.startswith(("/@", "/media")) else (ACTIVITY_JSON,)
    for target in targets(path, ids) if method == "GET" else islice(targets(path, ids), 1):
        for accept in accepts:
            said = await signed(ids.node, world.keys.get(who), method, target, accept, world.clock.now())
            _note(world, who, method, path, said)


async def as_nobody(world: World, ids: Ids, method: str, path: str) -> None:
    """Without any token, as a client."""
    target = next(targets(path, ids))
    said = await ask(
        ids.node.app,
        ids.node.host,
        method,
        target,
        query=query(ids, target) if method == "GET" else None,
        form=None if method == "GET" else form(ids, target),
    )
    _note(world, "no token", method, path, said)


async def signed(
    node: RunningNode, key: PrivateKey | None, method: str, target: str, accept: str, now: object, body: bytes = b""
) -> Said:
    url = f"http://{node.host}{target}"
    headers = {"accept": accept} | ({"content-type": ACTIVITY_JSON} if body else {})
    if key is not None:
        headers = sign(method, url, headers, body, key, Dialect.CAVAGE, now)  # type: ignore[arg-type]
    return await ask(node.app, node.host, method, target, headers=headers, body=body)


def _note(world: World, who: str, method: str, path: str, said: Said) -> None:
    way = f"{method} {path}"
    if said.status >= 500:
        world.ledger.faults.append(f"{who} {way}: {said.status}")
    world.ledger.note(who, way, said.raw)


QUICK = frozenset(
    [
        "/api/v1/statuses/{id}",
        "/api/v1/statuses/{id}/context",
        "/api/v1/statuses/{id}/history",
        "/api/v1/statuses/{id}/source",
        "/api/v1/statuses/{id}/favourited_by",
        "/api/v1/timelines/public",
        "/api/v1/timelines/tag/{name}",
        "/api/v1/timelines/home",
        "/api/v1/timelines/group/{id}",
        "/api/v2/search",
        "/api/v1/accounts/{id}",
        "/api/v1/accounts/{id}/statuses",
        "/api/v1/groups",
        "/api/v1/groups/{id}",
        "/api/v1/groups/{id}/memberships",
        "/api/v1/groups/directory",
        "/api/v1/polls/{id}",
        "/api/v1/scheduled_statuses",
        "/api/v1/lists/{id}",
        "/api/v2/filters/{id}",
        "/api/v1/conversations",
        "/api/v1/notifications",
        "/api/v1/admin/accounts",
        "/api/v1/admin/reports",
        "/media/{media_id:int}/{variant}",
        "/@{acct}/{post_id:int}",
        "/search",
        "/admin/people",
        "/groups/{acct}",
        "/users/{username}",
        "/users/{username}/outbox",
        "/users/{username}/posts/{post_id}",
        "/users/{username}/posts/{post_id}/activity",
        "/users/{username}/collections/featured",
        "/users/{username}/members",
        "/users/{username}/log",
        "/users/{username}/followers",
    ]
)
"""Where most would be seen first."""


async def read(
    world: World, ids: Ids, names: Iterable[str], servers: Iterable[str], only: frozenset[str] | None = None
) -> None:
    """Everybody reads everything, or what stands in *only*."""
    servers = list(servers)
    for method, path in ways():
        if method != "GET" or (only is not None and path not in only):
            continue
        for name in names:
            await as_person(world, world[name], ids, method, path)
        for who in servers:
            if who != f"server {ids.node.host[0].upper()}":
                await as_server(world, who, ids, method, path)
        if servers:
            await as_nobody(world, ids, method, path)


async def write(world: World, ids: Ids, names: Iterable[str], servers: Iterable[str]) -> None:
    """Everybody does everything, and deletes last."""
    for method, path in sorted((way for way in ways() if way[0] != "GET"), key=_destructive):
        if f"{method} {path}" in NOT_DRIVEN:
            continue
        for name in names:
            await as_person(world, world[name], ids, method, path)
        for who in servers:
            await as_server(world, who, ids, method, path)
        if servers:
            await as_nobody(world, ids, method, path)


def _destructive(way: tuple[str, str]) -> bool:
    return way[0] == "DELETE" or any(
        word in way[1]
        for word in ("delete", "unfollow", "remove", "clear", "dismiss", "undo", "revoke", "cancel", "password")
    )
