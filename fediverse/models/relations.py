"""Who follows, blocks and mutes whom."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.accounts import Account
from fediverse.models.instants import InstantField


class FollowState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"


class Follow(Model):
    """*follower* follows *target*; `uri` is the id of the Follow activity. Pending is not accepted."""

    id = fields.BigIntField(primary_key=True, generated=False)
    follower: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="follows")
    follower_id: int
    target: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="followed_by")
    target_id: int
    state = fields.CharEnumField(FollowState, max_length=20)
    uri = fields.CharField(max_length=1024, unique=True)
    show_boosts = fields.BooleanField(default=True)
    notify = fields.BooleanField(default=False)
    languages: fields.JSONField[list[str]] = fields.JSONField(default=list)
    created_at = InstantField()

    class Meta:
        table = "follow"
        unique_together = (("follower_id", "target_id"),)
        indexes = (("target_id", "state"),)


class Block(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="blocks")
    account_id: int
    target: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="blocked_by")
    target_id: int
    uri = fields.CharField(max_length=1024, default="")
    created_at = InstantField()

    class Meta:
        table = "block"
        unique_together = (("account_id", "target_id"),)
        indexes = (("target_id",),)


class Mute(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="mutes")
    account_id: int
    target: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="muted_by")
    target_id: int
    hide_notifications = fields.BooleanField(default=True)
    expires_at = InstantField(null=True)
    created_at = InstantField()

    class Meta:
        table = "mute"
        unique_together = (("account_id", "target_id"),)
