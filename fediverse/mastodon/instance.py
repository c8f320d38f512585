"""The node itself. v1 and v2 are open: a client reads one of them before anybody can sign in; so are the texts and languages that it shows beside them. With
whom the node speaks, and what its people made, is for its people.
"""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import caller
from fediverse.node import node_of
from fediverse.queries import accounts, domains, media, push
from fediverse.queries.house_rules import house_rules
from fediverse.storage import decoding


async def show(request: Request) -> Response:
    node = node_of(request)
    counts, rules = await accounts.node_counts(node), await house_rules(node)
    key = await push.server_key(node)
    return answer(
        entities.instance(node.settings, counts, node.uri, rules, key, recordings=decoding.takes_recordings())
    )


async def show_v1(request: Request) -> Response:
    node = node_of(request)
    counts, rules = await accounts.node_counts(node), await house_rules(node)
    return answer(entities.instance_v1(node.settings, counts, node.uri, rules, recordings=decoding.takes_recordings()))


async def extended_description(request: Request) -> Response:
    node = node_of(request)
    return answer(entities.extended_description(node.settings, (await accounts.instance_actor(node)).created_at))


async def privacy_policy(request: Request) -> Response:
    node = node_of(request)
    return answer(entities.privacy_policy(node.settings, (await accounts.instance_actor(node)).created_at))


async def languages(request: Request) -> Response:
    return answer(entities.languages(node_of(request).settings))


async def peers(request: Request) -> Response:
    """Hosts of the nodes that are spoken with."""
    me = await caller(request)
    return answer([peer.host for peer in await domains.peers(me.node) if peer.removed_at is None])


async def custom_emojis(request: Request) -> Response:
    me = await caller(request)
    return answer([entities.custom_emoji(emoji) for emoji in await media.custom_emojis(me.node)])


async def health(request: Request) -> Response:  # noqa: ARG001 - an endpoint's signature
    return PlainTextResponse("OK")
