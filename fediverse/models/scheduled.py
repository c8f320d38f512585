"""Posts that their author wrote for later."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class ScheduledPost(Model):
    """`params` is what the author asked for. `problem`: why it could not be published when its time came."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    due_at = InstantField()
    params: fields.JSONField[dict[str, object]] = fields.JSONField(default=dict)
    media_ids: fields.JSONField[list[int]] = fields.JSONField(default=list)
    application_id = fields.BigIntField(null=True)
    problem = fields.CharField(max_length=500, default="")
    created_at = InstantField()

    class Meta:
        table = "scheduled_post"
        indexes = (("account_id", "id"), ("due_at",))
