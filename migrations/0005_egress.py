"""Egress."""

from tortoise import fields, migrations
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fediverse.models.egress import EgressKind, Fate, ReceiptState
from fediverse.models.instants import InstantField


class Migration(migrations.Migration):
    dependencies = [("models", "0004_client_api")]

    initial = False

    operations = [
        ops.CreateModel(
            name="Egress",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("post_id", fields.BigIntField(null=True, db_index=True)),
                ("account_id", fields.BigIntField(null=True, db_index=True)),
                ("kind", fields.CharEnumField(enum_type=EgressKind, max_length=20)),
                ("type", fields.CharField(default="", max_length=60)),
                ("subject_uri", fields.CharField(max_length=1024)),
                ("host", fields.CharField(max_length=300)),
                ("outcome", fields.CharEnumField(enum_type=Fate, max_length=20)),
                ("status", fields.IntField(null=True)),
                ("rule", fields.CharField(default="", max_length=60)),
                ("reason", fields.CharField(default="", max_length=500)),
                ("digest", fields.CharField(default="", max_length=100)),
                (
                    "receipt_state",
                    fields.CharEnumField(default=ReceiptState.NONE, enum_type=ReceiptState, max_length=20),
                ),
                ("receipt", fields.TextField(default="")),
                ("receipt_problem", fields.CharField(default="", max_length=300)),
                ("attempts", fields.IntField(default=1)),
                ("first_at", InstantField()),
                ("last_at", InstantField()),
            ],
            options={
                "table": "egress",
                "app": "models",
                "unique_together": (("subject_uri", "kind", "host"),),
                "indexes": [Index(fields=["receipt_state", "id"])],
            },
            bases=["Model"],
        ),
    ]
