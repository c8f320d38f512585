"""What one person notes about others for oneself, and the tags that one follows or shows."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField
from fediverse.models.posts import Tag


class AccountNote(Model):
    """A private remark; nobody else ever sees it."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    target_id = fields.BigIntField(db_index=True)
    comment = fields.TextField(default="")

    class Meta:
        table = "account_note"
        unique_together = (("account_id", "target_id"),)


class Endorsement(Model):
    """*account* shows *target* on its profile."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    target_id = fields.BigIntField(db_index=True)
    created_at = InstantField()

    class Meta:
        table = "endorsement"
        unique_together = (("account_id", "target_id"),)


class HiddenDomain(Model):
    """A domain of which one person wants to see nothing. The node's own rules are in `domain_rule`."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    domain = fields.CharField(max_length=255)
    created_at = InstantField()

    class Meta:
        table = "hidden_domain"
        unique_together = (("account_id", "domain"),)


class DismissedSuggestion(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    target_id = fields.BigIntField(db_index=True)

    class Meta:
        table = "dismissed_suggestion"
        unique_together = (("account_id", "target_id"),)


class FollowedTag(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("models.Tag", related_name="followers")
    tag_id: int
    created_at = InstantField()

    class Meta:
        table = "followed_tag"
        unique_together = (("account_id", "tag_id"),)
        indexes = (("tag_id",),)


class FeaturedTag(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("models.Tag", related_name="featured")
    tag_id: int
    created_at = InstantField()

    class Meta:
        table = "featured_tag"
        unique_together = (("account_id", "tag_id"),)
        indexes = (("tag_id",),)
