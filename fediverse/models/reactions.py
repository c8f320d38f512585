"""What people do with a post: like it, bookmark it, pin it. A boost is a post of its own."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.accounts import Account
from fediverse.models.instants import InstantField
from fediverse.models.posts import Post


class Reaction(Model):
    """A like; `uri` is the id of the Like activity."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="reactions")
    account_id: int
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="reactions")
    post_id: int
    uri = fields.CharField(max_length=1024, default="", db_index=True)
    created_at = InstantField()

    class Meta:
        table = "reaction"
        unique_together = (("account_id", "post_id"),)
        indexes = (("post_id", "id"),)


class Bookmark(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="bookmarks")
    account_id: int
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="bookmarks")
    post_id: int
    created_at = InstantField()

    class Meta:
        table = "bookmark"
        unique_together = (("account_id", "post_id"),)


class Pin(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="pins")
    account_id: int
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="pins")
    post_id: int
    created_at = InstantField()

    class Meta:
        table = "pin"
        unique_together = (("account_id", "post_id"),)
