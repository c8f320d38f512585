"""WebPushSubscription: where an application of a person is reached, and what it wants to hear."""

from fediverse.mastodon.entities.values import Entity
from fediverse.queries.notifications import KINDS
from fediverse.queries.push import SubscriptionView


def push_subscription(view: SubscriptionView, server_key: str) -> Entity:
    return {
        "id": str(view.id),
        "endpoint": view.endpoint,
        "standard": view.standard,
        "alerts": {kind: bool(view.alerts.get(kind)) for kind in KINDS},
        "policy": view.policy,
        "server_key": server_key,
    }
