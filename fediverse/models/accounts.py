"""Accounts: every actor that this node knows, its own people first; their keys; and who of them signs in here."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.instants import InstantField


class AccountKind(StrEnum):
    PERSON = "person"
    SERVICE = "service"
    APPLICATION = "application"
    GROUP = "group"
    ORGANIZATION = "organization"


class Role(StrEnum):
    USER = "user"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Account(Model):
    """An actor. Local when `host` is empty. `handle` is lower case: `alice`, or `alice@beta.example` for a remote one.

    `show_*`: which tabs the owner wants on the profile, where a client has them. `suspended_by` counts while `suspended_at` is set: `here`, a moderator of this
    node; `origin`, its own node; or `both`.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    username = fields.CharField(max_length=255)
    domain = fields.CharField(max_length=255, default="")
    handle = fields.CharField(max_length=600, unique=True)
    host = fields.CharField(max_length=255, default="", db_index=True)
    kind = fields.CharEnumField(AccountKind, max_length=20, default=AccountKind.PERSON)
    uri = fields.CharField(max_length=1024, unique=True)
    url = fields.CharField(max_length=2048, default="")
    display_name = fields.CharField(max_length=2048, default="")
    note = fields.TextField(default="")
    note_source = fields.TextField(default="")
    fields_shown: fields.JSONField[list[dict[str, str]]] = fields.JSONField(default=list)
    emojis: fields.JSONField[list[dict[str, str]]] = fields.JSONField(default=list)
    avatar_file = fields.CharField(max_length=255, default="")
    avatar_remote_url = fields.CharField(max_length=2048, default="")
    header_file = fields.CharField(max_length=255, default="")
    header_remote_url = fields.CharField(max_length=2048, default="")
    locked = fields.BooleanField(default=False)
    bot = fields.BooleanField(default=False)
    discoverable = fields.BooleanField(default=True)
    indexable = fields.BooleanField(default=True)
    hide_collections = fields.BooleanField(default=False)
    avatar_alt = fields.TextField(default="", db_default="")
    header_alt = fields.TextField(default="", db_default="")
    memorial = fields.BooleanField(default=False, db_default=False)
    show_media = fields.BooleanField(default=True, db_default=True)
    show_media_replies = fields.BooleanField(default=True, db_default=True)
    show_featured = fields.BooleanField(default=True, db_default=True)
    inbox_url = fields.CharField(max_length=1024, default="")
    shared_inbox_url = fields.CharField(max_length=1024, default="")
    outbox_url = fields.CharField(max_length=1024, default="")
    followers_url = fields.CharField(max_length=1024, default="", db_index=True)
    following_url = fields.CharField(max_length=1024, default="")
    featured_url = fields.CharField(max_length=1024, default="")
    moved_to_uri = fields.CharField(max_length=1024, default="")
    also_known_as: fields.JSONField[list[str]] = fields.JSONField(default=list)
    followers_count = fields.IntField(default=0)
    following_count = fields.IntField(default=0)
    posts_count = fields.IntField(default=0)
    last_posted_at = InstantField(null=True)
    created_at = InstantField()
    fetched_at = InstantField(null=True)
    silenced_at = InstantField(null=True)
    sensitized_at = InstantField(null=True)
    suspended_at = InstantField(null=True)
    suspended_by = fields.CharField(max_length=20, default="here", db_default="here")
    deleted_at = InstantField(null=True)

    class Meta:
        table = "account"


class AccountKey(Model):
    """A public key of an account. `sealed` holds the private half of our own, encrypted under keys/secret.key."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="keys")
    account_id: int
    uri = fields.CharField(max_length=1024, unique=True)
    kind = fields.CharField(max_length=20)
    public = fields.TextField()
    sealed = fields.BinaryField(null=True)
    created_at = InstantField()
    retired_at = InstantField(null=True)

    class Meta:
        table = "account_key"


class LocalUser(Model):
    """A person who signs in here. The same id as the account that the person speaks as."""

    account: fields.OneToOneRelation[Account] = fields.OneToOneField(
        "models.Account", related_name="user", primary_key=True
    )
    account_id: int
    email = fields.CharField(max_length=320, unique=True)
    password_hash = fields.CharField(max_length=255, default="")
    role = fields.CharEnumField(Role, max_length=20, default=Role.USER)
    locale = fields.CharField(max_length=12, default="")
    default_visibility = fields.CharField(max_length=20, default="public")
    default_sensitive = fields.BooleanField(default=False)
    default_language = fields.CharField(max_length=12, default="")
    default_quote_policy = fields.CharField(max_length=20, default="public", db_default="public")
    attribution_domains: fields.JSONField[list[str]] = fields.JSONField(default=list, db_default="[]")
    last_ip = fields.CharField(max_length=50, default="", db_default="")
    created_at = InstantField()
    disabled_at = InstantField(null=True)
    last_seen_at = InstantField(null=True)

    class Meta:
        table = "local_user"
