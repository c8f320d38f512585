"""A person's lists: timelines of chosen people."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class AccountList(Model):
    """`exclusive`: what its members say stands in the list and not in the home timeline. `replies_policy`: followed, list or none."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=256)
    replies_policy = fields.CharField(max_length=20, default="list")
    exclusive = fields.BooleanField(default=False)
    created_at = InstantField()

    class Meta:
        table = "account_list"


class ListMember(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    list: fields.ForeignKeyRelation[AccountList] = fields.ForeignKeyField("models.AccountList", related_name="members")
    list_id: int
    account_id = fields.BigIntField(db_index=True)

    class Meta:
        table = "list_member"
        unique_together = (("list_id", "account_id"),)
