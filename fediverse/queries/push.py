"""Web push: which services there are, who subscribed, and what a device is to be told at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from fediverse.clock import from_ms
from fediverse.crypto import webpush
from fediverse.database.database import Row, json_of, marks
from fediverse.errors import NotFound
from fediverse.node import Node
from fediverse.queries import notifications
from fediverse.queries.views import NotificationView

POLICIES = ("all", "followed", "follower", "none")


@dataclass(frozen=True, slots=True)
class PushServiceView:
    host: str
    devices: int
    added_by: str
    added_at: datetime


@dataclass(frozen=True, slots=True)
class SubscriptionView:
    """Where one application of a person is reached, and what it wants to hear: `alerts` by kind; `policy`: of whom."""

    id: int
    account_id: int
    endpoint: str
    host: str
    p256dh: str
    auth: str
    alerts: dict[str, bool]
    policy: str
    standard: bool
    sealed_token: bytes
    locale: str


async def services(node: Node) -> list[PushServiceView]:
    rows = await node.database.rows(
        "SELECT v.host, v.added_by, v.created_at, (SELECT count(*) FROM push_subscription d WHERE d.host = v.host) AS devices"
        " FROM push_service v ORDER BY v.host"
    )
    return [PushServiceView(row["host"], row["devices"], row["added_by"], from_ms(row["created_at"])) for row in rows]


async def server_key(node: Node) -> str:
    """The public key that clients subscribe with; empty while no push service is allowed, so that none is offered what could not work."""
    standing = await node.rules.current()
    return webpush.encoded(webpush.public_point(node.keyring.push_key)) if standing.push_services else ""


async def subscription(node: Node, token_id: int | None) -> SubscriptionView:
    """The one of this token. Raises NotFound."""
    found = await _subscriptions(node, "d.token_id = ?", token_id)
    if not found:
        raise NotFound
    return found[0]


async def subscriptions(node: Node, ids: Sequence[int]) -> dict[int, SubscriptionView]:
    """Those of *ids* whose token still opens its account: a device that was signed out is told nothing more."""
    return {one.id: one for one in await _subscriptions(node, f"d.id IN ({marks(ids)})", *ids)} if ids else {}


async def to_tell(node: Node, device: SubscriptionView, ids: Sequence[int]) -> dict[int, NotificationView]:
    """Those of the notifications that still are, and that the device wants to hear of, as the person sees them now: not what a filter leaves out."""
    if device.policy == "none":
        return {}
    told = await notifications.notifications_by_id(node, device.account_id, ids)
    wanted = [one for one in told if device.alerts.get(one.kind) and not _is_left_out(one)]
    known = await _who_counts(node, device, [one.account.id for one in wanted])
    return {one.id: one for one in wanted if known is None or one.account.id in known}


def _is_left_out(told: NotificationView) -> bool:
    return told.post is not None and any(match.filter.action == "hide" for match in told.post.filtered)


async def _who_counts(node: Node, device: SubscriptionView, senders: Sequence[int]) -> set[int] | None:
    """Those of *senders* whom the policy lets through; None for everybody."""
    if device.policy == "all" or not senders:
        return None
    one, other = ("follower_id", "target_id") if device.policy == "followed" else ("target_id", "follower_id")
    rows = await node.database.rows(
        f"SELECT f.{other} AS id FROM follow f WHERE f.{one} = ? AND f.state = 'accepted' AND f.{other} IN ({marks(senders)})",
        device.account_id,
        *senders,
    )
    return {row["id"] for row in rows}


async def _subscriptions(node: Node, condition: str, *values: object) -> list[SubscriptionView]:
    rows = await node.database.rows(
        "SELECT d.*, u.locale FROM push_subscription d JOIN oauth_token o ON o.id = d.token_id JOIN local_user u ON u.account_id = d.account_id"
        " JOIN account a ON a.id = d.account_id WHERE o.revoked_at IS NULL AND u.disabled_at IS NULL AND a.suspended_at IS NULL"
        f" AND a.deleted_at IS NULL AND {condition}",
        *values,
    )
    return [_view(node, row) for row in rows]


def _view(node: Node, row: Row) -> SubscriptionView:
    return SubscriptionView(
        id=row["id"],
        account_id=row["account_id"],
        endpoint=row["endpoint"],
        host=row["host"],
        p256dh=row["p256dh"],
        auth=row["auth"],
        alerts=json_of(row["alerts"]),
        policy=row["policy"],
        standard=bool(row["standard"]),
        sealed_token=bytes(row["sealed_token"]),
        locale=row["locale"] or node.settings.locale,
    )
