"""Threads as one person has them: direct conversations, and threads that are muted."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class Conversation(Model):
    """The direct posts of one thread among the same people, for one of them; `participants` are the others, in ascending order of their ids.

    `participants_digest` tells apart what several circles say to each other below one post.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    root_id = fields.BigIntField(db_index=True)
    last_post_id = fields.BigIntField()
    participants: fields.JSONField[list[int]] = fields.JSONField(default=list)
    participants_digest = fields.CharField(max_length=64)
    unread = fields.BooleanField(default=False)

    class Meta:
        table = "conversation"
        unique_together = (("account_id", "root_id", "participants_digest"),)
        indexes = (("account_id", "last_post_id"),)


class ThreadMute(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    root_id = fields.BigIntField(db_index=True)
    created_at = InstantField()

    class Meta:
        table = "thread_mute"
        unique_together = (("account_id", "root_id"),)
