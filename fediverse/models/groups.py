"""Groups: what an account of the kind `group` is beside an account; who has a role in it, who is invited, which nodes it is disclosed to, what it sent.

Being a member is the accepted follow of the group's account; a request to join is the pending one, a ban is a block by the group.
"""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class GroupProfile(Model):
    """`domains`: patterns of the domains whose people may be members, none for this node alone. `members_url`, `log_url`: its collections.

    `sequence`: the number of what it sent last, or, of a group elsewhere, of what came from it last. `paused`: why nothing is sent to its members for now.
    """

    account_id = fields.BigIntField(primary_key=True, generated=False)
    access = fields.CharField(max_length=20)
    posting = fields.CharField(max_length=20, default="members")
    domains: fields.JSONField[list[str]] = fields.JSONField(default=list)
    members_url = fields.CharField(max_length=1024, default="")
    log_url = fields.CharField(max_length=1024, default="")
    sequence = fields.BigIntField(default=0)
    paused = fields.CharField(max_length=500, default="")
    created_at = InstantField()

    class Meta:
        table = "group_profile"


class GroupRole(Model):
    """Who is more than a member: moderator or owner."""

    id = fields.BigIntField(primary_key=True, generated=False)
    group_id = fields.BigIntField()
    account_id = fields.BigIntField(db_index=True)
    role = fields.CharField(max_length=20)

    class Meta:
        table = "group_role"
        unique_together = (("group_id", "account_id"),)


class GroupInvitation(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    group_id = fields.BigIntField()
    account_id = fields.BigIntField(db_index=True)
    inviter_id = fields.BigIntField(null=True)
    uri = fields.CharField(max_length=1024, default="")
    created_at = InstantField()

    class Meta:
        table = "group_invitation"
        unique_together = (("group_id", "account_id"),)


class GroupNode(Model):
    """A node to which the group is disclosed: `admitted` or `removed`. `from_sequence`: nothing of what was sent before that is for it.

    Of a group elsewhere it is what its own node said. `confirmed_at`: when it last said so. `named`: it has members there whom this node does not know, as
    when the host is not allowed here, or that is not known for certain.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    group_id = fields.BigIntField()
    host = fields.CharField(max_length=300)
    state = fields.CharField(max_length=20)
    admitted_by = fields.BigIntField(null=True)
    admitted_at = InstantField()
    from_sequence = fields.BigIntField(default=0)
    removed_at = InstantField(null=True)
    confirmed_at = InstantField(null=True)

    class Meta:
        table = "group_node"
        unique_together = (("group_id", "host"),)


class GroupEntry(Model):
    """One activity that went to the group's members, by its number: `body` is the member's own activity, as it was proved."""

    id = fields.BigIntField(primary_key=True, generated=False)
    group_id = fields.BigIntField()
    sequence = fields.BigIntField()
    activity_uri = fields.CharField(max_length=1024)
    type = fields.CharField(max_length=60)
    post_id = fields.BigIntField(null=True)
    body = fields.TextField()
    created_at = InstantField()

    class Meta:
        table = "group_entry"
        unique_together = (("group_id", "sequence"), ("group_id", "activity_uri"))
