"""What came in and what goes out: activities kept as received or as sent, lanes per host, deliveries, general jobs, and recorded events."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class InboundState(StrEnum):
    WAITING = "waiting"
    APPLIED = "applied"
    DROPPED = "dropped"
    FAILED = "failed"


class InboundActivity(Model):
    """An admitted activity, stored before it was answered. (`origin`, `activity_id`) is the replay key. `due_at`: not to be tried before."""

    id = fields.BigIntField(primary_key=True, generated=False)
    origin = fields.CharField(max_length=300)
    activity_id = fields.CharField(max_length=1024)
    digest = fields.CharField(max_length=64)
    type = fields.CharField(max_length=60)
    actor_uri = fields.CharField(max_length=1024)
    proved_by = fields.CharField(max_length=20)
    body = fields.TextField()
    state = fields.CharEnumField(InboundState, max_length=20, default=InboundState.WAITING)
    attempts = fields.IntField(default=0)
    problem = fields.TextField(default="")
    received_at = InstantField()
    due_at = InstantField(null=True)

    class Meta:
        table = "inbound_activity"
        unique_together = (("origin", "activity_id"),)
        indexes = (("state", "id"),)


class OutboundActivity(Model):
    """An activity of ours, serialised once with its proof. `post_id` lets the moment of sending ask the audience again."""

    id = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=1024, unique=True)
    type = fields.CharField(max_length=60)
    account_id = fields.BigIntField(db_index=True)
    post_id = fields.BigIntField(null=True, db_index=True)
    body = fields.TextField()
    shown = fields.BooleanField(default=False)
    created_at = InstantField()

    class Meta:
        table = "outbound_activity"


class Lane(Model):
    """One host's ordered queue. Workers claim hosts, not jobs: `claimed_until` is a lease, `due_at` the host's own back-off."""

    host = fields.CharField(max_length=300, primary_key=True)
    due_at = InstantField()
    claimed_until = InstantField(null=True)
    failures = fields.IntField(default=0)
    failing_since = InstantField(null=True)
    problem = fields.CharField(max_length=500, default="")

    class Meta:
        table = "lane"
        indexes = (("due_at",),)


class DeliveryState(StrEnum):
    WAITING = "waiting"
    PARKED = "parked"
    REFUSED = "refused"


class Delivery(Model):
    """One activity for one inbox. Gone once the other node answered; parked after two weeks of failures; refused by policy at sending."""

    id = fields.BigIntField(primary_key=True, generated=False)
    host = fields.CharField(max_length=300)
    inbox = fields.CharField(max_length=1024)
    activity_id = fields.BigIntField()
    account_id = fields.BigIntField()
    state = fields.CharEnumField(DeliveryState, max_length=20, default=DeliveryState.WAITING)
    attempts = fields.IntField(default=0)
    problem = fields.CharField(max_length=500, default="")
    created_at = InstantField()

    class Meta:
        table = "delivery"
        unique_together = (("activity_id", "inbox"),)
        indexes = (("host", "state", "id"),)


class SentPost(Model):
    """An inbox that was sent a post: where its edits and its end must go too."""

    id = fields.BigIntField(primary_key=True)
    post_id = fields.BigIntField()
    host = fields.CharField(max_length=300)
    inbox = fields.CharField(max_length=1024)
    first_at = InstantField()

    class Meta:
        table = "sent_post"
        unique_together = (("post_id", "inbox"),)


class Job(Model):
    """General work that may run twice: media, refreshing an account, retention."""

    id = fields.BigIntField(primary_key=True, generated=False)
    kind = fields.CharField(max_length=60)
    payload: fields.JSONField[dict[str, object]] = fields.JSONField(default=dict)
    key = fields.CharField(max_length=300, null=True, unique=True)
    due_at = InstantField()
    claimed_until = InstantField(null=True)
    attempts = fields.IntField(default=0)
    problem = fields.TextField(default="")
    failed_at = InstantField(null=True)

    class Meta:
        table = "job"
        indexes = (("due_at",),)


class Event(Model):
    """A recorded fact: the audit's row, and, until `spread_at` is set, the work of telling others."""

    id = fields.BigIntField(primary_key=True, generated=False)
    kind = fields.CharField(max_length=60)
    account_id = fields.BigIntField(null=True, db_index=True)
    data: fields.JSONField[dict[str, object]] = fields.JSONField(default=dict)
    created_at = InstantField()
    spread_at = InstantField(null=True)
    attempts = fields.IntField(default=0)

    class Meta:
        table = "event"
        indexes = (("spread_at", "id"),)


class Tombstone(Model):
    """A URI that was deleted, or whose Delete came before it: nothing may take its place."""

    uri = fields.CharField(max_length=1024, primary_key=True)
    origin = fields.CharField(max_length=300)
    former_type = fields.CharField(max_length=60, default="")
    deleted_at = InstantField()

    class Meta:
        table = "tombstone"


class EarlyUndo(Model):
    """A Like or Follow that its actor took back before it came."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    uri = fields.CharField(max_length=1024)
    created_at = InstantField(db_index=True)

    class Meta:
        table = "early_undo"
        unique_together = (("account_id", "uri"),)


class NodeState(Model):
    """Single values of the node: the version of the domain rules, the key set's number, and the like."""

    key = fields.CharField(max_length=100, primary_key=True)
    value = fields.TextField(default="")

    class Meta:
        table = "node_state"
