"""Groups."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fediverse.models.instants import InstantField


class Migration(migrations.Migration):
    dependencies = [("models", "0005_egress")]

    initial = False

    operations = [
        ops.CreateModel(
            name="GroupEntry",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("group_id", fields.BigIntField()),
                ("sequence", fields.BigIntField()),
                ("activity_uri", fields.CharField(max_length=1024)),
                ("type", fields.CharField(max_length=60)),
                ("post_id", fields.BigIntField(null=True)),
                ("body", fields.TextField()),
                ("created_at", InstantField()),
            ],
            options={
                "table": "group_entry",
                "app": "models",
                "unique_together": (("group_id", "sequence"), ("group_id", "activity_uri")),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupInvitation",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("group_id", fields.BigIntField()),
                ("account_id", fields.BigIntField(db_index=True)),
                ("inviter_id", fields.BigIntField(null=True)),
                ("uri", fields.CharField(default="", max_length=1024)),
                ("created_at", InstantField()),
            ],
            options={"table": "group_invitation", "app": "models", "unique_together": (("group_id", "account_id"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupNode",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("group_id", fields.BigIntField()),
                ("host", fields.CharField(max_length=300)),
                ("state", fields.CharField(max_length=20)),
                ("admitted_by", fields.BigIntField(null=True)),
                ("admitted_at", InstantField()),
                ("from_sequence", fields.BigIntField(default=0)),
                ("removed_at", InstantField(null=True)),
                ("confirmed_at", InstantField(null=True)),
            ],
            options={"table": "group_node", "app": "models", "unique_together": (("group_id", "host"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupProfile",
            fields=[
                ("account_id", fields.BigIntField(primary_key=True, generated=False)),
                ("access", fields.CharField(max_length=20)),
                ("posting", fields.CharField(default="members", max_length=20)),
                ("domains", fields.JSONField(default=list)),
                ("members_url", fields.CharField(default="", max_length=1024)),
                ("log_url", fields.CharField(default="", max_length=1024)),
                ("sequence", fields.BigIntField(default=0)),
                ("paused", fields.CharField(default="", max_length=500)),
                ("created_at", InstantField()),
            ],
            options={"table": "group_profile", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="GroupRole",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("group_id", fields.BigIntField()),
                ("account_id", fields.BigIntField(db_index=True)),
                ("role", fields.CharField(max_length=20)),
            ],
            options={"table": "group_role", "app": "models", "unique_together": (("group_id", "account_id"),)},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Post",
            name="group_id",
            field=fields.BigIntField(null=True),
        ),
        ops.AddIndex(
            model_name="Post",
            index=Index(fields=["group_id", "id"]),
        ),
    ]
