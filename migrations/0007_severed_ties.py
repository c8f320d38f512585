"""Ties that are cut, suspensions by the own node, and activities that were taken back before they came."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

from fediverse.models.instants import InstantField


class Migration(migrations.Migration):
    dependencies = [("models", "0006_groups")]

    initial = False

    operations = [
        ops.CreateModel(
            name="EarlyUndo",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("uri", fields.CharField(max_length=1024)),
                ("created_at", InstantField(db_index=True)),
            ],
            options={"table": "early_undo", "app": "models", "unique_together": (("account_id", "uri"),)},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Account",
            name="suspended_by",
            field=fields.CharField(default="here", db_default="here", max_length=20),
        ),
        ops.AddField(
            model_name="Peer",
            name="severed_at",
            field=InstantField(null=True),
        ),
        ops.AddField(
            model_name="Severance",
            name="kind",
            field=fields.CharField(default="account_suspension", db_default="account_suspension", max_length=20),
        ),
    ]
