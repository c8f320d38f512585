"""Reports and what moderators did, the rules of the house, who may not come in, and announcements."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class Report(Model):
    """*account_id* reported *target_id*. `uri` is the Flag activity's id where another node sent it."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    target_id = fields.BigIntField(db_index=True)
    category = fields.CharField(max_length=20, default="other")
    comment = fields.TextField(default="")
    post_ids: fields.JSONField[list[int]] = fields.JSONField(default=list)
    rule_ids: fields.JSONField[list[int]] = fields.JSONField(default=list)
    forwarded = fields.BooleanField(default=False)
    uri = fields.CharField(max_length=1024, null=True, unique=True)
    assigned_to_id = fields.BigIntField(null=True)
    resolved_by_id = fields.BigIntField(null=True)
    resolved_at = InstantField(null=True)
    created_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table = "report"


class AccountWarning(Model):
    """What a moderator did to an account, and told its owner. `action`: none, disable, sensitive, silence or suspend."""

    id = fields.BigIntField(primary_key=True, generated=False)
    target_id = fields.BigIntField(db_index=True)
    by_account_id = fields.BigIntField()
    report_id = fields.BigIntField(null=True)
    action = fields.CharField(max_length=20)
    text = fields.TextField(default="")
    created_at = InstantField()

    class Meta:
        table = "account_warning"


class Severance(Model):
    """Ties of *account_id*, somebody here, that were cut: how many followed the person and how many the person followed. `kind` says by what, in the
    client API's words: `account_suspension`, `domain_block`, or `user_domain_block`, which the person did. `target_name` is the handle, or the domain, of whom
    they were with.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    kind = fields.CharField(max_length=20, default="account_suspension", db_default="account_suspension")
    target_name = fields.CharField(max_length=400)
    followers_count = fields.IntField(default=0)
    following_count = fields.IntField(default=0)
    created_at = InstantField()

    class Meta:
        table = "severance"


class HouseRule(Model):
    """A rule that people agree to, which a report may name."""

    id = fields.BigIntField(primary_key=True, generated=False)
    position = fields.IntField(default=0)
    text = fields.TextField()
    hint = fields.TextField(default="")
    created_at = InstantField()

    class Meta:
        table = "house_rule"


class IpBlock(Model):
    """`severity`: sign_up_requires_approval, sign_up_block or no_access."""

    id = fields.BigIntField(primary_key=True, generated=False)
    network = fields.CharField(max_length=50, unique=True)
    severity = fields.CharField(max_length=40)
    comment = fields.TextField(default="")
    expires_at = InstantField(null=True)
    created_at = InstantField()

    class Meta:
        table = "ip_block"


class EmailDomainBlock(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    domain = fields.CharField(max_length=255, unique=True)
    created_at = InstantField()

    class Meta:
        table = "email_domain_block"


class EmailBlock(Model):
    """SHA-256 of a canonical e-mail address that may not have an account."""

    id = fields.BigIntField(primary_key=True, generated=False)
    email_hash = fields.CharField(max_length=64, unique=True)
    created_at = InstantField()

    class Meta:
        table = "email_block"


class Announcement(Model):
    """A word of the administrators to everybody here."""

    id = fields.BigIntField(primary_key=True, generated=False)
    text = fields.TextField()
    all_day = fields.BooleanField(default=False)
    starts_at = InstantField(null=True)
    ends_at = InstantField(null=True)
    published_at = InstantField(null=True)
    created_at = InstantField()
    updated_at = InstantField()

    class Meta:
        table = "announcement"


class AnnouncementRead(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    announcement: fields.ForeignKeyRelation[Announcement] = fields.ForeignKeyField(
        "models.Announcement", related_name="readers"
    )
    announcement_id: int
    account_id = fields.BigIntField()

    class Meta:
        table = "announcement_read"
        unique_together = (("announcement_id", "account_id"),)


class AnnouncementReaction(Model):
    """`name`: an emoji, or the shortcode of one of ours."""

    id = fields.BigIntField(primary_key=True, generated=False)
    announcement: fields.ForeignKeyRelation[Announcement] = fields.ForeignKeyField(
        "models.Announcement", related_name="reactions"
    )
    announcement_id: int
    account_id = fields.BigIntField()
    name = fields.CharField(max_length=100)

    class Meta:
        table = "announcement_reaction"
        unique_together = (("announcement_id", "account_id", "name"),)
