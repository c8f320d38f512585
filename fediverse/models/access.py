"""Client applications, grants and tokens (OAuth 2), browser sessions, and repeated requests. Secrets are stored as SHA-256 only."""

from tortoise import fields
from tortoise.models import Model

from fediverse.models.accounts import Account
from fediverse.models.instants import InstantField


class OAuthApp(Model):
    """A client application. `used`: somebody let it in once, or it got a token of its own."""

    id = fields.BigIntField(primary_key=True, generated=False)
    client_id = fields.CharField(max_length=100, unique=True)
    secret_hash = fields.CharField(max_length=64)
    name = fields.CharField(max_length=500)
    website = fields.CharField(max_length=2000, default="")
    redirect_uris: fields.JSONField[list[str]] = fields.JSONField(default=list)
    scopes: fields.JSONField[list[str]] = fields.JSONField(default=list)
    used = fields.BooleanField(default=False, db_default=True)
    created_at = InstantField()

    class Meta:
        table = "oauth_app"


class OAuthGrant(Model):
    """An authorization code: single use, short-lived, bound to application, redirect and challenge."""

    id = fields.BigIntField(primary_key=True, generated=False)
    code_hash = fields.CharField(max_length=64, unique=True)
    app: fields.ForeignKeyRelation[OAuthApp] = fields.ForeignKeyField("models.OAuthApp", related_name="grants")
    app_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="grants")
    account_id: int
    redirect_uri = fields.TextField()
    scopes: fields.JSONField[list[str]] = fields.JSONField(default=list)
    code_challenge = fields.CharField(max_length=128, default="")
    expires_at = InstantField()
    used_at = InstantField(null=True)

    class Meta:
        table = "oauth_grant"


class OAuthToken(Model):
    """An access token; without an account it speaks for the application alone."""

    id = fields.BigIntField(primary_key=True, generated=False)
    token_hash = fields.CharField(max_length=64, unique=True)
    app: fields.ForeignKeyNullableRelation[OAuthApp] = fields.ForeignKeyField(
        "models.OAuthApp", related_name="tokens", null=True
    )
    app_id: int | None
    account: fields.ForeignKeyNullableRelation[Account] = fields.ForeignKeyField(
        "models.Account", related_name="tokens", null=True
    )
    account_id: int | None
    grant_id = fields.BigIntField(null=True, db_index=True)
    scopes: fields.JSONField[list[str]] = fields.JSONField(default=list)
    created_at = InstantField()
    last_used_at = InstantField(null=True)
    revoked_at = InstantField(null=True)

    class Meta:
        table = "oauth_token"


class WebSession(Model):
    """A browser that is signed in; the cookie holds the random value whose hash stands here."""

    id = fields.BigIntField(primary_key=True, generated=False)
    session_hash = fields.CharField(max_length=64, unique=True)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="sessions")
    account_id: int
    csrf_token = fields.CharField(max_length=64)
    created_at = InstantField()
    expires_at = InstantField()

    class Meta:
        table = "web_session"


class IdempotencyKey(Model):
    """What an earlier request with this key made: the same answer again, for an hour."""

    id = fields.BigIntField(primary_key=True, generated=False)
    account_id = fields.BigIntField()
    key = fields.CharField(max_length=255)
    post_id = fields.BigIntField(default=0)
    created_at = InstantField()

    class Meta:
        table = "idempotency_key"
        unique_together = (("account_id", "key"),)


class RateWindow(Model):
    """How often something was done since `started_at`; shared by all processes."""

    key = fields.CharField(max_length=200, primary_key=True)
    started_at = InstantField(db_index=True)
    count = fields.IntField(default=0)

    class Meta:
        table = "rate_window"
