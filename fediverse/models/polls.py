"""Polls of posts, and who voted for what."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField
from fediverse.models.posts import Post


class Poll(Model):
    """The question of a post. Ours counts its own votes; another node's says its counts. `fetched_at`: when those were last told or asked for.

    `closed_at`: when everybody here was told of the end. `voters_count` is null where its node does not tell.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    post: fields.OneToOneRelation[Post] = fields.OneToOneField("models.Post", related_name="poll")
    post_id: int
    multiple = fields.BooleanField(default=False)
    hide_totals = fields.BooleanField(default=False)
    voters_count = fields.IntField(null=True)
    expires_at = InstantField(null=True)
    closed_at = InstantField(null=True)
    fetched_at = InstantField(null=True)

    class Meta:
        table = "poll"
        indexes = (("closed_at", "expires_at"),)


class PollOption(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField("models.Poll", related_name="options")
    poll_id: int
    position = fields.IntField()
    title = fields.CharField(max_length=500)
    votes_count = fields.IntField(default=0)

    class Meta:
        table = "poll_option"
        unique_together = (("poll_id", "position"),)


class PollVote(Model):
    """*account* chose the option at *choice*; `uri` is the id of the note that said so."""

    id = fields.BigIntField(primary_key=True, generated=False)
    poll: fields.ForeignKeyRelation[Poll] = fields.ForeignKeyField("models.Poll", related_name="votes")
    poll_id: int
    account_id = fields.BigIntField(db_index=True)
    choice = fields.IntField()
    uri = fields.CharField(max_length=1024, default="")
    created_at = InstantField()

    class Meta:
        table = "poll_vote"
        unique_together = (("poll_id", "account_id", "choice"),)
