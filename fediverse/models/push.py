"""Web push: where to send what a person is told while no client is open (RFC 8030, 8291, 8292)."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.access import OAuthToken
from fediverse.models.instants import InstantField


class PushSubscription(Model):
    """One for each token. `host` is the push service's. `failures`: how often it refused in a row.

    `sealed_token`: the token itself under the node's secret key, as clients find by it which of their accounts a message is for.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    token: fields.OneToOneRelation[OAuthToken] = fields.OneToOneField("models.OAuthToken", related_name="push")
    token_id: int
    account_id = fields.BigIntField(db_index=True)
    endpoint = fields.CharField(max_length=2048)
    host = fields.CharField(max_length=300, db_index=True)
    p256dh = fields.CharField(max_length=200)
    auth = fields.CharField(max_length=100)
    alerts: fields.JSONField[dict[str, bool]] = fields.JSONField(default=dict)
    policy = fields.CharField(max_length=20, default="all")
    standard = fields.BooleanField(default=True)
    sealed_token = fields.BinaryField()
    failures = fields.IntField(default=0)
    created_at = InstantField()

    class Meta:
        table = "push_subscription"


class PushDelivery(Model):
    """A notification that is to be pushed to a subscription, until it was, or is too old."""

    id = fields.BigIntField(primary_key=True)
    subscription: fields.ForeignKeyRelation[PushSubscription] = fields.ForeignKeyField(
        "models.PushSubscription", related_name="deliveries"
    )
    subscription_id: int
    notification_id = fields.IntField()
    attempts = fields.IntField(default=0)
    due_at = InstantField(db_index=True)
    claimed_until = InstantField(null=True)
    created_at = InstantField()

    class Meta:
        table = "push_delivery"
        unique_together = (("subscription_id", "notification_id"),)


class PushService(Model):
    """A push service's host that an administrator allows by name. None is allowed unless it stands here."""

    id = fields.BigIntField(primary_key=True, generated=False)
    host = fields.CharField(max_length=300, unique=True)
    added_by = fields.CharField(max_length=255)
    created_at = InstantField()

    class Meta:
        table = "push_service"
