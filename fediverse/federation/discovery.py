"""How other servers find who is here: WebFinger (RFC 7033), host-meta (RFC 6415) and NodeInfo. HTTP only.

Looking people up tells who works here, so with `webfinger = signed` only an allowed server may, and unsigned is answered before anybody looks whether
the name exists. The node itself can always be looked up (FEP-d556, FEP-2677): that is how two closed nodes begin.
"""

from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr

from starlette.requests import Request
from starlette.responses import Response

from fediverse import __version__
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import is_web_address
from fediverse.errors import FediverseError, Malformed, NotFound
from fediverse.federation.answers import PRIVATE, json_of
from fediverse.federation.authentication import authenticated_server
from fediverse.federation.documents import instance_name
from fediverse.node import Node, node_of
from fediverse.policy.domains import Direction
from fediverse.queries import accounts
from fediverse.queries.views import AccountView
from fediverse.remote.media_types import ACTIVITY_JSON

JRD = "application/jrd+json"
SERVICE = "https://www.w3.org/ns/activitystreams#Service"
APPLICATION = "https://www.w3.org/ns/activitystreams#Application"
PROFILE_PAGE = "http://webfinger.net/rel/profile-page"
_NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/"
_MAX_RESOURCE_CHARS = 2048


class Gone(FediverseError):
    """A name that was somebody's and stays taken."""

    status = 410
    code = "gone"


async def webfinger(request: Request) -> Response:
    """GET /.well-known/webfinger?resource=…&rel=…. Raises Malformed (400), SignatureRefused, DomainRefused, NotFound and Gone."""
    node = node_of(request)
    resource = _resource(request)
    if _is_instance(node, resource):
        return _jrd(request, _instance_subject(node, resource), [node.uri("/actor")], _instance_links(node))
    host: str | None = None
    if node.settings.webfinger == "signed":
        host = (await authenticated_server(request, Direction.DISCOVERY, "webfinger")).host
    account = await _person(node, resource, host)
    subject = f"acct:{account.username}@{node.settings.domain}"
    return _jrd(request, subject, [account.url, account.uri], _person_links(account))


async def host_meta(request: Request) -> Response:
    """GET /.well-known/host-meta: where WebFinger is, for who does not know."""
    template = quoteattr(node_of(request).uri("/.well-known/webfinger?resource={uri}"))
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="{JRD}" template={template}/>\n</XRD>\n'
    )
    return Response(body, headers=dict(PRIVATE), media_type="application/xrd+xml")


async def nodeinfo_links(request: Request) -> Response:
    """GET /.well-known/nodeinfo: the documents in both versions, and the node's own actor (FEP-2677)."""
    node = node_of(request)
    versions = [
        {"rel": f"{_NODEINFO}{version}", "href": node.uri(f"/nodeinfo/{version}")} for version in ("2.0", "2.1")
    ]
    return json_of({"links": [*versions, {"rel": APPLICATION, "href": node.uri("/actor")}]}, JRD)


async def nodeinfo(request: Request) -> Response:
    """GET /nodeinfo/{version}: what this software is, and nothing of the company behind it: usage is hidden (FEP-0151)."""
    version = request.path_params["version"]
    if version not in {"2.0", "2.1"}:
        raise NotFound
    node = node_of(request)
    software = {"name": "fediverse", "version": __version__}
    document = {
        "version": version,
        "software": software,
        "protocols": ["activitypub"],
        "services": {"inbound": [], "outbound": []},
        "openRegistrations": False,
        "usage": {"users": {}},
        "metadata": {
            "nodeName": node.settings.name,
            "nodeDescription": node.settings.description,
            "federation": {"enabled": True},
            # Client libraries (megalodon) refuse software that they do not know, unless it says whose API it speaks.
            "upstream": {"name": "Mastodon"},
        },
    }
    return json_of(document, f'application/json; profile="{_NODEINFO}{version}#"')


def _resource(request: Request) -> str:
    given = request.query_params.getlist("resource")
    if len(given) != 1 or not given[0].strip() or len(given[0]) > _MAX_RESOURCE_CHARS:
        raise Malformed("Say which resource, once")
    resource = given[0].strip()
    if not is_web_address(resource) and "@" not in resource.removeprefix("acct:").lstrip("@"):
        raise Malformed("A resource is acct:name@domain or a web address")
    return resource


def _is_instance(node: Node, resource: str) -> bool:
    origin, domain = node.settings.origin, node.settings.domain
    addresses = {origin, f"{origin}/", f"{origin}/actor"}
    name = resource.removeprefix("acct:").lower()
    return resource in addresses or name in {f"{instance_name(node)}@{domain}", f"{domain}@{domain}"}


def _instance_subject(node: Node, resource: str) -> str:
    return resource if is_web_address(resource) else f"acct:{instance_name(node)}@{node.settings.domain}"


async def _person(node: Node, resource: str, host: str | None) -> AccountView:
    """Whom *resource* names, as *host* may know of it. Raises NotFound, and Gone for somebody who was here."""
    account = await accounts.local_for_server(node, host, _username(node, resource))
    if account is None or account.suspended:
        raise NotFound
    if account.deleted:
        raise Gone("Gone")
    return account


def _username(node: Node, resource: str) -> str:
    """The name in a handle of ours, in an actor's address or in a profile's. Raises NotFound for one that cannot be ours."""
    if not is_web_address(resource):
        name, _at, domain = resource.removeprefix("acct:").lstrip("@").rpartition("@")
        if domain.lower() not in {node.settings.domain, node.settings.host}:
            raise NotFound
        return name
    parts = urlsplit(resource)
    if not resource.startswith(f"{node.settings.origin}/") or parts.query or parts.fragment:
        raise NotFound
    for start in ("/users/", "/@"):
        name = parts.path.removeprefix(start)
        if name != parts.path and name and "/" not in name:
            return name
    raise NotFound


def _jrd(request: Request, subject: str, aliases: list[str], links: list[JSON]) -> Response:
    wanted = request.query_params.getlist("rel")
    shown = [link for link in links if not wanted or link["rel"] in wanted]
    return json_of({"subject": subject, "aliases": aliases, "links": shown}, JRD)


def _person_links(account: AccountView) -> list[JSON]:
    return [
        {"rel": PROFILE_PAGE, "type": "text/html", "href": account.url},
        {"rel": "self", "type": ACTIVITY_JSON, "href": account.uri},
    ]


def _instance_links(node: Node) -> list[JSON]:
    actor = node.uri("/actor")
    return [
        {"rel": "self", "type": ACTIVITY_JSON, "href": actor},
        {"rel": SERVICE, "type": ACTIVITY_JSON, "href": actor},
        {"rel": APPLICATION, "type": ACTIVITY_JSON, "href": actor},
    ]
