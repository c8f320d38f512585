"""What a person would rather not see: words and single posts, by context."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class WordFilter(Model):
    """`contexts`: of home, notifications, public, thread, account. `action`: warn, hide or blur."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField(db_index=True)
    title = fields.CharField(max_length=256)
    contexts: fields.JSONField[list[str]] = fields.JSONField(default=list)
    action = fields.CharField(max_length=20, default="warn")
    expires_at = InstantField(null=True)
    created_at = InstantField()

    class Meta:
        table = "word_filter"


class FilterKeyword(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    word_filter: fields.ForeignKeyRelation[WordFilter] = fields.ForeignKeyField(
        "models.WordFilter", related_name="keywords"
    )
    word_filter_id: int
    keyword = fields.CharField(max_length=512)
    whole_word = fields.BooleanField(default=True)

    class Meta:
        table = "filter_keyword"
        indexes = (("word_filter_id",),)


class FilterPost(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    word_filter: fields.ForeignKeyRelation[WordFilter] = fields.ForeignKeyField(
        "models.WordFilter", related_name="posts"
    )
    word_filter_id: int
    post_id = fields.BigIntField(db_index=True)

    class Meta:
        table = "filter_post"
        unique_together = (("word_filter_id", "post_id"),)
