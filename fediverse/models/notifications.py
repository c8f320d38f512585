"""What a person is told, and how far the person has read."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class NotificationKind(StrEnum):
    MENTION = "mention"
    STATUS = "status"
    BOOST = "reblog"
    FOLLOW = "follow"
    FOLLOW_REQUEST = "follow_request"
    LIKE = "favourite"
    UPDATE = "update"
    POLL = "poll"
    QUOTE = "quote"
    QUOTED_UPDATE = "quoted_update"
    SIGN_UP = "admin.sign_up"
    REPORT = "admin.report"
    SEVERED = "severed_relationships"
    WARNING = "moderation_warning"


class Notification(Model):
    """Ids are a small plain sequence: some clients decode them as 32-bit numbers. `group_key` is empty where nothing is grouped.

    `filtered`: put aside by the person's policy, and seen under requests only. `post_id` is the id of a report, a warning or a severance for the kinds
    that tell of one.
    """

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField()
    kind = fields.CharEnumField(NotificationKind, max_length=30)
    from_account_id = fields.BigIntField()
    post_id = fields.BigIntField(default=0)
    group_key = fields.CharField(max_length=100, default="", db_default="")
    filtered = fields.BooleanField(default=False, db_default=False)
    created_at = InstantField()

    class Meta:
        table = "notification"
        unique_together = (("account_id", "kind", "from_account_id", "post_id"),)
        indexes = (("account_id", "id"), ("post_id",), ("account_id", "group_key"))


class Marker(Model):
    """How far a person has read a timeline (`home` or `notifications`)."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField()
    timeline = fields.CharField(max_length=30)
    last_read_id = fields.CharField(max_length=40)
    version = fields.IntField(default=1)
    updated_at = InstantField()

    class Meta:
        table = "marker"
        unique_together = (("account_id", "timeline"),)


class NotificationPolicy(Model):
    """What becomes of notifications from people of each sort: accept, filter or drop. Without a row what limited accounts do is put aside."""

    account_id = fields.BigIntField(primary_key=True, generated=False)
    for_not_following = fields.CharField(max_length=20, default="accept")
    for_not_followers = fields.CharField(max_length=20, default="accept")
    for_new_accounts = fields.CharField(max_length=20, default="accept")
    for_private_mentions = fields.CharField(max_length=20, default="accept")
    for_limited_accounts = fields.CharField(max_length=20, default="filter")
    for_bots = fields.CharField(max_length=20, default="accept")

    class Meta:
        table = "notification_policy"


class NotificationRequest(Model):
    """*from_account_id* did something that was put aside, until the person accepts or dismisses it. `last_post_id`: what that one wrote last."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    from_account_id = fields.BigIntField(db_index=True)
    last_post_id = fields.BigIntField(null=True)
    created_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table = "notification_request"
        unique_together = (("account_id", "from_account_id"),)


class NotificationPermission(Model):
    """*from_account_id* may always tell *account_id* something, whatever the policy says."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    from_account_id = fields.BigIntField(db_index=True)

    class Meta:
        table = "notification_permission"
        unique_together = (("account_id", "from_account_id"),)
