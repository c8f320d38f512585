"""From a URI or a handle to what we store: fetch, check that it is what it claims to be, keep. The only verbs that speak to other hosts.

Every fetch goes through the gate, is signed by the instance actor, and is believed only from its own origin: the document's id is the address that
answered. Never call these inside a transaction.
"""

from datetime import timedelta
from urllib.parse import urldefrag

from fediverse.actions import accounts as keeping
from fediverse.actions import peers, received
from fediverse.activitystreams.actors import RemoteActor, parse_actor
from fediverse.activitystreams.keys import key_owner
from fediverse.activitystreams.objects import RemotePost, parse_post
from fediverse.activitystreams.reading import read_document
from fediverse.activitystreams.strict_json import JSON, parse
from fediverse.activitystreams.values import id_of
from fediverse.clock import from_ms
from fediverse.crypto.keypairs import PublicKey
from fediverse.crypto.signatures import Dialect
from fediverse.errors import FediverseError, Malformed, NotFound, Refused, SignatureRefused
from fediverse.log import get
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import canonical_host, host_of, same_origin
from fediverse.queries import accounts, keys, posts
from fediverse.queries.group_secrets import names_closed_group
from fediverse.remote import webfinger
from fediverse.remote.media_types import is_activity_json
from fediverse.text.mentions import Handle, parse_handle

FRESH = timedelta(days=1)
MAX_ANCESTORS = 20
_SIGNATURES = "rfc9421"
_log = get(__name__)


async def account_by_uri(node: Node, uri: str, fresh: bool = False) -> int:
    """The account of an actor's URI: as known, unless *fresh* is asked; else fetched. Raises NotFound, Refused, Unreachable, Malformed."""
    known = await accounts.by_uri(node, uri)
    if known is not None and (not fresh or known.local):
        if known.deleted:
            raise NotFound
        return known.id
    return await _keep_actor(node, await _fetch_actor(node, uri))


async def refresh(node: Node, account_id: int) -> None:
    """Ask a remote actor's host what it says of the actor now, at most once a day."""
    account = await accounts.account(node, None, account_id)
    fetched = await node.database.value("SELECT fetched_at FROM account WHERE id = ?", account_id)
    if account.local or account.deleted or (fetched is not None and from_ms(fetched) > node.clock.now() - FRESH):
        return
    await account_by_uri(node, account.uri, fresh=True)


async def account_by_handle(node: Node, acct: str) -> int:
    """The account of `alice` (ours), or of `alice@beta.example`: as known, else by WebFinger, checked both ways. Raises NotFound and as above."""
    handle = parse_handle(acct)
    stored = accounts.handle_of(node, handle.acct)
    try:
        return await known_by_handle(node, acct)
    except NotFound:
        pass
    if handle.host is None or "@" not in stored:
        raise NotFound
    preferred, actor_uri = await _discover(node, handle)
    return await _keep_actor(node, await _fetch_actor(node, actor_uri), preferred)


async def known_by_handle(node: Node, acct: str) -> int:
    """The same without asking another host. Raises NotFound for who is not known here yet."""
    stored = accounts.handle_of(node, parse_handle(acct).acct)
    known = await node.database.row(
        "SELECT id, deleted_at FROM account WHERE handle = ? AND kind <> 'application'", stored
    )
    if known is None or known["deleted_at"] is not None:
        raise NotFound
    return int(known["id"])


async def _discover(node: Node, handle: Handle) -> tuple[Handle, str]:
    """The handle that the server prefers and the actor's URI, by WebFinger; the preferred one is asked for once, and must agree (split domains)."""
    first = await _webfinger(node, handle)
    preferred = parse_handle(first.subject)
    if preferred.key != handle.key:
        second = await _webfinger(node, preferred)
        if parse_handle(second.subject).key != preferred.key or second.actor_uri != first.actor_uri:
            raise Malformed("two WebFinger answers for this handle contradict each other")
    return preferred, first.actor_uri


async def _webfinger(node: Node, handle: Handle) -> webfinger.Discovered:
    host = canonical_host(handle.host or node.settings.host)
    scheme = "http" if node.settings.development else "https"
    resource = f"acct:{handle.name}@{host}"
    url = webfinger.lookup_url(scheme, host, resource)
    try:
        answer = await peers.fetch(
            node,
            url,
            kind="webfinger",
            direction=Direction.DISCOVERY,
            accept=webfinger.ACCEPT,
            max_bytes=webfinger.MAX_BYTES,
        )
    except NotFound:
        template = await _template(node, f"{scheme}://{host}/.well-known/host-meta")
        if template is None:
            raise
        url = template.replace("{uri}", resource)
        answer = await peers.fetch(
            node,
            url,
            kind="webfinger",
            direction=Direction.DISCOVERY,
            accept=webfinger.ACCEPT,
            max_bytes=webfinger.MAX_BYTES,
        )
    return webfinger.parse_jrd(answer.body)


async def _template(node: Node, url: str) -> str | None:
    try:
        answer = await peers.fetch(
            node,
            url,
            kind="host-meta",
            direction=Direction.DISCOVERY,
            accept="application/xrd+xml",
            max_bytes=webfinger.MAX_BYTES,
        )
    except NotFound:
        return None
    return webfinger.template_of(answer.body)


async def _fetch_actor(node: Node, uri: str) -> RemoteActor:
    actor = parse_actor(await document(node, uri, kind="actor"))
    if not same_origin(actor.uri, actor.inbox, allow_http=node.settings.development):
        _log.info("actor.inbox_elsewhere", actor=actor.uri)
    return actor


async def _keep_actor(node: Node, actor: RemoteActor, found_as: Handle | None = None) -> int:
    """Keep an actor that came from its own origin. *found_as* is the handle that led to it, where one did."""
    account_id = await keeping.receive_actor(node, actor, await _handle_domain(node, actor, found_as))
    if any(_SIGNATURES in capability.lower() for capability in actor.implements):
        host = host_of(actor.uri, allow_http=node.settings.development)
        await peers.note_shown(node, host, Dialect.RFC9421, ed25519=any(key.multibase for key in actor.keys))
    return account_id


async def _handle_domain(node: Node, actor: RemoteActor, found_as: Handle | None) -> str:
    """The domain of the actor's handle: its own host, or another that both hosts confirm. "" stands for its own.

    Neither side's word is enough: an actor could claim somebody else's domain, and a domain somebody else's actor.
    """
    host = host_of(actor.uri, allow_http=node.settings.development)
    try:
        claimed = found_as or (parse_handle(actor.webfinger) if actor.webfinger else None)
        if claimed is None or claimed.host is None or canonical_host(claimed.host) == host:
            return ""
        at_home = await _webfinger(node, Handle(actor.username, host))
        elsewhere = await _webfinger(node, claimed)
    except FediverseError as problem:
        _log.info("actor.handle_unconfirmed", actor=actor.uri, reason=problem.safe)
        return ""
    confirmed = (
        parse_handle(at_home.subject).key == claimed.key and at_home.actor_uri == elsewhere.actor_uri == actor.uri
    )
    return canonical_host(claimed.host) if confirmed and claimed.name.lower() == actor.username.lower() else ""


async def post_by_uri(node: Node, uri: str, quote_depth: int = 0) -> int:
    """The post with this URI: as known, else fetched from its origin with what it answers. Raises NotFound, Refused, Unreachable, Malformed.

    *quote_depth*: how many quotes led here.
    """
    known = await posts.id_at(node, uri)
    if known is not None:
        return known
    if host_of(uri, allow_http=node.settings.development) == node.settings.host:
        raise NotFound
    chain = [await _fetch_post(node, uri)]
    while chain[-1].in_reply_to and len(chain) < MAX_ANCESTORS:
        parent = chain[-1].in_reply_to
        if await posts.id_of_uri(node, parent) is not None or any(post.uri == parent for post in chain):
            break
        try:
            chain.append(await _fetch_post(node, parent))
        except FediverseError as problem:
            _log.info("thread.incomplete", missing=parent, reason=problem.safe)
            break
    kept = None
    for post in reversed(chain):
        kept = await keep_post(node, post, quote_depth)
    if kept is None:
        raise NotFound
    return kept


async def keep_post(node: Node, post: RemotePost, quote_depth: int = 0) -> int | None:
    """Keep a post that came from its own origin, with its author and whom it addresses by name. None when it is gone already."""
    if await names_closed_group(node, [*post.audience, *post.to, *post.cc]):
        raise Refused("what stands in a group is passed on by the group alone")
    author_id = await account_by_uri(node, post.author_uri)
    return await received.receive(node, post, author_id, quote_depth)


async def _fetch_post(node: Node, uri: str) -> RemotePost:
    post = parse_post(await document(node, uri, kind="post"))
    require_same_authority(node, post)
    return post


def require_same_authority(node: Node, post: RemotePost) -> None:
    """A post and its author live at one origin. Raises Refused: a host may speak for its own people only."""
    if not same_origin(post.uri, post.author_uri, allow_http=node.settings.development):
        raise Refused("the post's author lives elsewhere than the post")


async def document(node: Node, uri: str, *, kind: str) -> JSON:
    """The ActivityStreams document whose id is *uri*, read once. A page that answers with another id of the same origin is asked for that id, once.

    Raises Malformed when what came is no such document, or claims an id from elsewhere.
    """
    wanted = urldefrag(uri).url
    found, came_from = await _read(node, wanted, kind)
    identifier = id_of(found)
    if identifier is None:
        raise Malformed("the document has no id")
    if urldefrag(identifier).url != came_from:
        if not same_origin(identifier, came_from, allow_http=node.settings.development):
            raise Malformed("the document claims an id from another origin")
        found, came_from = await _read(node, urldefrag(identifier).url, kind)
        if id_of(found) != identifier or urldefrag(identifier).url != came_from:
            raise Malformed("the document's id is not where it was found")
    return found


async def _read(node: Node, url: str, kind: str) -> tuple[JSON, str]:
    answer = await peers.fetch(node, url, kind=kind)
    if not is_activity_json(answer.headers.get("content-type", "")):
        raise Malformed("the answer is not an ActivityStreams document")
    return read_document(parse(answer.body)), urldefrag(answer.url).url


async def key(node: Node, key_id: str) -> PublicKey:
    """The public key called *key_id*, fetched and named by its owner's own document. Raises SignatureRefused when the two do not name each other.

    The id may be a fragment of the actor (Mastodon), or a document of its own whose owner must be asked (GoToSocial).
    """
    found, _came_from = await _read(node, urldefrag(key_id).url, "key")
    owner = key_owner(found, key_id)
    if owner is None or not same_origin(owner, key_id, allow_http=node.settings.development):
        raise SignatureRefused("The key names no owner of its own origin")
    is_whole = "inbox" in found and owner == urldefrag(key_id).url
    actor = parse_actor(found) if is_whole else await _fetch_actor(node, owner)
    if not same_origin(actor.uri, key_id, allow_http=node.settings.development) or key_id not in {
        one.id for one in actor.keys
    }:
        raise SignatureRefused("The key's owner does not name this key")
    await _keep_actor(node, actor)
    known = await keys.known_key(node, key_id)
    if known is None:
        raise SignatureRefused("The key cannot be used")
    return known[0]
