"""Push to people's devices: subscribe, change what is wanted, end it, and send one message to one device (RFC 8030, 8291, 8292).

A message holds what the device's screen shows: who did what, and the first words of the post as the person sees it at this moment. It is encrypted to the
device; the service that passes it on learns the device and a size. The access token stands in it, as clients find by it which of their accounts is meant:
it is kept sealed for that, and only for applications that subscribed. Whether a host may be sent to is asked at the gate, as for every request.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from fediverse.clock import to_ms
from fediverse.crypto import webpush
from fediverse.database.database import json_text
from fediverse.errors import Invalid, NotFound, Unreachable
from fediverse.node import Node
from fediverse.policy.domains import Direction
from fediverse.policy.hosts import host_of, origin_of
from fediverse.queries import relations
from fediverse.queries.push import POLICIES, SubscriptionView
from fediverse.queries.views import NotificationView
from fediverse.queue.push import KEPT
from fediverse.text.sanitise import plain_text
from fediverse.text.told import shortened, title

MAX_ENDPOINT_CHARACTERS = 2048
DEADLINE_S = 10.0
_GONE = frozenset({404, 410})
_LATER = frozenset({408, 429})
_TOPIC_BYTES = 24  # 32 characters, the longest topic there is


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """As a browser's push manager gives it, and what the client wants to hear."""

    endpoint: str
    p256dh: str
    auth: str
    standard: bool
    alerts: Mapping[str, bool]
    policy: str = "all"


async def subscribe(node: Node, account_id: int, token_id: int, token: str, wanted: NewSubscription) -> None:
    """In place of the token's earlier one. Raises Invalid for a service that no administrator allowed, and for keys that are none."""
    webpush.UserAgent.parsed(wanted.p256dh, wanted.auth)
    _known_policy(wanted.policy)
    host = await _allowed_host(node, wanted.endpoint)
    async with node.database.transaction():
        await unsubscribe(node, token_id)
        await node.database.insert(
            "push_subscription",
            {
                "id": node.ids.next(), "token_id": token_id, "account_id": account_id, "endpoint": wanted.endpoint, "host": host,
                "p256dh": wanted.p256dh, "auth": wanted.auth, "alerts": json_text(dict(wanted.alerts)), "policy": wanted.policy,
                "standard": wanted.standard, "sealed_token": node.keyring.seal(token.encode()), "failures": 0,
                "created_at": to_ms(node.clock.now()),
            },
        )  # fmt: skip


async def change(node: Node, token_id: int, alerts: Mapping[str, bool] | None, policy: str) -> None:
    """What the application wants to hear; an empty *policy* and no *alerts* change nothing. Raises NotFound."""
    if policy:
        _known_policy(policy)
    rows = await node.database.rows(
        "UPDATE push_subscription SET alerts = COALESCE(?, alerts), policy = COALESCE(?, policy) WHERE token_id = ? RETURNING id"
        if node.database.dialect == "sqlite"
        else "UPDATE push_subscription SET alerts = COALESCE(CAST(? AS JSONB), alerts), policy = COALESCE(CAST(? AS VARCHAR), policy)"
        " WHERE token_id = ? RETURNING id",
        None if alerts is None else json_text(dict(alerts)),
        policy or None,
        token_id,
    )
    if not rows:
        raise NotFound


async def unsubscribe(node: Node, token_id: int) -> None:
    """What waits to be pushed goes with it."""
    await node.database.execute("DELETE FROM push_subscription WHERE token_id = ?", token_id)


async def forget_signed_out(node: Node) -> None:
    """Devices whose token was revoked are not reached already; their subscriptions go, too. Run by the clock."""
    await node.database.execute(
        "DELETE FROM push_subscription WHERE token_id IN (SELECT id FROM oauth_token WHERE revoked_at IS NOT NULL)"
    )


async def forget(node: Node, subscription_id: int) -> None:
    """The device is gone."""
    await node.database.execute("DELETE FROM push_subscription WHERE id = ?", subscription_id)


async def count(node: Node, subscription_id: int, *, failed: bool) -> None:
    """How often in a row the service refused what was sent to the device."""
    failures = "failures + 1" if failed else "0"
    await node.database.execute(
        f"UPDATE push_subscription SET failures = {failures} WHERE id = ?{'' if failed else ' AND failures > 0'}",
        subscription_id,
    )


async def send(node: Node, device: SubscriptionView, told: NotificationView) -> bool:
    """One message to one device; False when the service does not know the device any more. Raises Unreachable for what may pass, Invalid for what the service refused, DomainRefused."""
    agent = webpush.UserAgent.parsed(device.p256dh, device.auth)
    message = orjson.dumps(_message(node, device, told, await _said_as(node, device, told)))
    sealed = webpush.encrypt(message, agent) if device.standard else webpush.encrypt_as_before(message, agent)
    answer = await node.remote.post(
        device.endpoint,
        sealed.body,
        kind=told.kind,
        content_type="application/octet-stream",
        direction=Direction.PUSH,
        headers={**_addressed(node, told), **_signed(node, device, sealed.headers)},
        deadline_s=DEADLINE_S,
    )
    if answer.status in _GONE:
        return False
    if answer.status in _LATER or answer.status >= 500:
        wait = answer.headers.get("retry-after", "")
        raise Unreachable(
            f"{device.host} answered {answer.status}",
            answer=answer.status,
            retry_after_s=int(wait) if wait.isascii() and wait.isdigit() and len(wait) < 7 else None,
        )
    if not answer.ok:
        raise Invalid(f"{device.host} answered {answer.status}")
    return True


async def _said_as(node: Node, device: SubscriptionView, told: NotificationView) -> str:
    """The kind by which it is told in words: groups ask, and are asked, by requests to follow."""
    if told.kind != "follow_request":
        return told.kind
    if told.account.group:
        return "group_invitation"
    asked = await relations.follow_state(node, told.account.id, device.account_id)
    return "follow_request" if asked == "pending" else "group_request"


def _message(node: Node, device: SubscriptionView, told: NotificationView, said_as: str) -> dict[str, object]:
    """The fields that client applications read; the names are Mastodon's."""
    written = told.post.summary or plain_text(told.post.content) if told.post else plain_text(told.account.note)
    return {
        "access_token": node.keyring.unseal(device.sealed_token).decode(),
        "preferred_locale": device.locale,
        "notification_id": told.id,
        "notification_type": told.kind,
        "icon": told.account.avatar_url,
        "title": title(said_as, told.account.name, device.locale),
        "body": shortened(written),
    }


def _addressed(node: Node, told: NotificationView) -> dict[str, str]:
    """How long it is worth something, and a name by which a second try takes the first one's place. The name tells the service nothing."""
    topic = node.keyring.hmac("push topic", str(told.id).encode())[:_TOPIC_BYTES]
    return {"ttl": str(int(KEPT.total_seconds())), "urgency": "normal", "topic": webpush.encoded(topic)}


def _signed(node: Node, device: SubscriptionView, headers: Mapping[str, str]) -> dict[str, str]:
    """Who sends: for the draft of before the key travels in a header of its own."""
    key = node.keyring.push_key
    contact = node.settings.contact_email
    token = webpush.vapid_token(
        key,
        origin_of(device.endpoint, allow_http=node.settings.development),
        f"mailto:{contact}" if contact else node.settings.origin,
        node.clock.now(),
    )
    public = webpush.encoded(webpush.public_point(key))
    if device.standard:
        return {**headers, "authorization": f"vapid t={token}, k={public}"}
    return {
        **headers,
        "authorization": f"WebPush {token}",
        "crypto-key": f"{headers['crypto-key']};p256ecdsa={public}",
    }


async def _allowed_host(node: Node, endpoint: str) -> str:
    if len(endpoint) > MAX_ENDPOINT_CHARACTERS:
        raise Invalid("Validation failed: The endpoint is too long")
    host = host_of(endpoint, allow_http=node.settings.development)
    standing = await node.rules.current()
    if not standing.push_services:
        raise Invalid("Validation failed: This server pushes nothing, as its administrators allow no push service")
    if not (await node.rules.decide(Direction.PUSH, "subscription", host)).allowed:
        raise Invalid(f"Validation failed: This server does not push to {host}, as its administrators do not allow it")
    return host


def _known_policy(policy: str) -> None:
    if policy not in POLICIES:
        raise Invalid("Validation failed: The policy is all, followed, follower or none")
