"""The allowlist's rules, the log of refused contacts, and what we remember of each peer."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class DomainRule(Model):
    """One rule, as `policy.domains.Rule` reads it. Drafts have no effect until an administrator makes them rules.

    `words`: what an administrator's client said of it that has no meaning to the policy (severity, comments), kept to be shown again.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    pattern = fields.CharField(max_length=300)
    effect = fields.CharField(max_length=10)
    directions: fields.JSONField[list[str]] = fields.JSONField(default=list)
    addresses: fields.JSONField[list[str]] = fields.JSONField(default=list)
    ports: fields.JSONField[list[int]] = fields.JSONField(default=list)
    ca_pem = fields.TextField(default="")
    reach = fields.CharField(max_length=20, default="network")
    valid_from = InstantField(null=True)
    valid_to = InstantField(null=True)
    reason = fields.TextField(default="")
    author = fields.CharField(max_length=255, default="")
    draft = fields.BooleanField(default=False)
    words: fields.JSONField[dict[str, str]] = fields.JSONField(default=dict, db_default="{}")
    created_at = InstantField()
    removed_at = InstantField(null=True)

    class Meta:
        table = "domain_rule"
        indexes = (("pattern",),)


class RefusedContact(Model):
    """How often a host was refused, in which direction; no content."""

    id = fields.BigIntField(primary_key=True)
    host = fields.CharField(max_length=300)
    direction = fields.CharField(max_length=20)
    rule = fields.CharField(max_length=100, default="")
    count = fields.BigIntField(default=0)
    first_at = InstantField()
    last_at = InstantField()

    class Meta:
        table = "refused_contact"
        unique_together = (("host", "direction"),)


class Peer(Model):
    """What a host showed us: the signature dialect that worked (until it should be tried anew), its instance actor, its software.

    `removed_at`: taken off the allowlist; `frozen_at`: a day later; `severed_at`: people here were told that their ties with it are cut.
    """

    host = fields.CharField(max_length=300, primary_key=True)
    dialect = fields.CharField(max_length=20, default="")
    dialect_until = InstantField(null=True)
    instance_actor_uri = fields.CharField(max_length=1024, default="")
    software = fields.CharField(max_length=200, default="")
    last_received_at = InstantField(null=True)
    last_delivered_at = InstantField(null=True)
    removed_at = InstantField(null=True)
    frozen_at = InstantField(null=True)
    severed_at = InstantField(null=True)

    class Meta:
        table = "peer"
