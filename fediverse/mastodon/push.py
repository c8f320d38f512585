"""`/api/v1/push/subscription`: one for each token, so each application of a person has its own."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import push as verbs
from fediverse.actions.push import NewSubscription
from fediverse.errors import Refused
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, bearer, caller
from fediverse.mastodon.entities.push import push_subscription
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import parameters
from fediverse.queries import push as questions
from fediverse.queries.notifications import KINDS


async def subscribe(request: Request) -> Response:
    """In place of the token's earlier one."""
    me = await caller(request, "push")
    asked = await parameters(request)
    sent = asked.inner("subscription")
    keys = sent.inner("keys")
    wanted = NewSubscription(
        endpoint=sent.word("endpoint"),
        p256dh=keys.word("p256dh"),
        auth=keys.word("auth"),
        standard=bool(sent.flag("standard")),
        alerts=_alerts(asked) or {},
        policy=_policy(asked) or "all",
    )
    await verbs.subscribe(me.node, me.id, _token_id(me), bearer(request), wanted)
    return await _answer(me)


async def show(request: Request) -> Response:
    return await _answer(await caller(request, "push"))


async def change(request: Request) -> Response:
    me = await caller(request, "push")
    asked = await parameters(request)
    await verbs.change(me.node, _token_id(me), _alerts(asked), _policy(asked))
    return await _answer(me)


async def unsubscribe(request: Request) -> Response:
    me = await caller(request, "push")
    await verbs.unsubscribe(me.node, _token_id(me))
    return answer({})


async def _answer(me: Caller) -> Response:
    subscription = await questions.subscription(me.node, _token_id(me))
    return answer(push_subscription(subscription, await questions.server_key(me.node)))


def _token_id(me: Caller) -> int:
    if me.access.token_id is None:
        raise Refused("Only an application can subscribe to push")
    return me.access.token_id


def _alerts(asked: Parameters) -> dict[str, bool] | None:
    """What the client wants to hear; kinds that it does not name it does not want. None when it says nothing at all."""
    data = asked.inner("data")
    if "alerts" not in data:
        return None
    alerts = data.inner("alerts")
    return {kind: bool(alerts.flag(kind)) for kind in KINDS}


def _policy(asked: Parameters) -> str:
    """Beside the alerts, or, as one library sends it, beside the data."""
    return asked.inner("data").word("policy") or asked.word("policy")
