"""Posts, and what hangs on them: mentions, tags, media, edits, and the home timeline's entries. A boost is a post too."""

from enum import StrEnum

from tortoise import fields
from tortoise.models import Model

from fediverse.models.accounts import Account
from fediverse.models.instants import InstantField


class Visibility(StrEnum):
    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"
    DIRECT = "direct"
    GROUP = "group"


class Post(Model):
    """A post, or a boost of one (`boost_of_id`). `content` is clean HTML; `source` is what the author typed.

    `root_id` is the first post of the thread as far as we know it (the post itself when it replies to nothing).
    `group_id`: the account of the group that it stands in. `local_only`: never leaves this node. `quote_policy`: who may quote it without being asked: public, followers or nobody.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    uri = fields.CharField(max_length=1024, unique=True)
    url = fields.CharField(max_length=2048, default="")
    author: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="posts")
    author_id: int
    kind = fields.CharField(max_length=40, default="Note")
    title = fields.CharField(max_length=500, default="")
    content = fields.TextField(default="")
    source = fields.TextField(default="")
    source_format = fields.CharField(max_length=20, default="plain")
    summary = fields.CharField(max_length=5000, default="")
    sensitive = fields.BooleanField(default=False)
    language = fields.CharField(max_length=12, default="")
    visibility = fields.CharEnumField(Visibility, max_length=20)
    local_only = fields.BooleanField(default=False)
    quote_policy = fields.CharField(max_length=20, default="public", db_default="public")
    boost_of: fields.ForeignKeyNullableRelation["Post"] = fields.ForeignKeyField(
        "models.Post", related_name="boosts", null=True
    )
    boost_of_id: int | None
    reply_to_id = fields.BigIntField(null=True, db_index=True)
    reply_to_uri = fields.CharField(max_length=1024, default="", db_index=True)
    reply_to_account_id = fields.BigIntField(null=True)
    root_id = fields.BigIntField(db_index=True)
    group_id = fields.BigIntField(null=True)
    application_id = fields.BigIntField(null=True)
    emojis: fields.JSONField[list[dict[str, str]]] = fields.JSONField(default=list)
    replies_count = fields.IntField(default=0)
    boosts_count = fields.IntField(default=0)
    likes_count = fields.IntField(default=0)
    quotes_count = fields.IntField(default=0, db_default=0)
    created_at = InstantField()
    edited_at = InstantField(null=True)
    deleted_at = InstantField(null=True)

    class Meta:
        table = "post"
        indexes = (("author_id", "id"), ("visibility", "id"), ("group_id", "id"))


class PostEdit(Model):
    """What a post said before an edit; the oldest row is the original. `poll_options`: what its poll let people choose from, as a JSON list."""

    id = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="edits")
    post_id: int
    content = fields.TextField(default="")
    source = fields.TextField(default="")
    summary = fields.CharField(max_length=5000, default="")
    sensitive = fields.BooleanField(default=False)
    media: fields.JSONField[list[dict[str, object]]] = fields.JSONField(default=list)
    poll_options = fields.TextField(default="[]", db_default="[]")
    created_at = InstantField()

    class Meta:
        table = "post_edit"


class Mention(Model):
    """*account* is named by the post, or addressed by it without being named (`silent`)."""

    id = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="mentions")
    post_id: int
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="mentioned_in")
    account_id: int
    silent = fields.BooleanField(default=False)

    class Meta:
        table = "mention"
        unique_together = (("post_id", "account_id"),)
        indexes = (("account_id", "post_id"),)


class Tag(Model):
    """A hashtag; `name` is folded to lower case, `shown` as first written."""

    id = fields.BigIntField(primary_key=True, generated=False)
    name = fields.CharField(max_length=255, unique=True)
    shown = fields.CharField(max_length=255)

    class Meta:
        table = "tag"


class PostTag(Model):
    id = fields.BigIntField(primary_key=True, generated=False)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="tags")
    post_id: int
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("models.Tag", related_name="posts")
    tag_id: int

    class Meta:
        table = "post_tag"
        unique_together = (("post_id", "tag_id"),)
        indexes = (("tag_id", "post_id"),)


class HomeEntry(Model):
    """A post in a person's home timeline, written when the post arrives. Visibility is asked again when it is read."""

    id = fields.BigIntField(primary_key=True)
    account_id = fields.BigIntField()
    post_id = fields.BigIntField()

    class Meta:
        table = "home_entry"
        unique_together = (("account_id", "post_id"),)
        indexes = (("post_id",),)


class MediaState(StrEnum):
    READY = "ready"
    PROCESSING = "processing"
    FAILED = "failed"


class Media(Model):
    """An attachment: uploaded here, or of a remote post (`remote_url`, fetched on demand through the gate).

    `source_file` is what was uploaded, until it is processed; `file_name` what its owner called it; `problem` why it could not be processed.
    `scheduled_id`: the post for later that it is kept for.
    """

    id = fields.BigIntField(primary_key=True, generated=False)
    account: fields.ForeignKeyRelation[Account] = fields.ForeignKeyField("models.Account", related_name="media")
    account_id: int
    post: fields.ForeignKeyNullableRelation[Post] = fields.ForeignKeyField(
        "models.Post", related_name="media", null=True
    )
    post_id: int | None
    scheduled_id = fields.BigIntField(null=True, db_index=True)
    position = fields.IntField(default=0)
    state = fields.CharEnumField(MediaState, max_length=20, default=MediaState.READY)
    media_type = fields.CharField(max_length=120)
    file = fields.CharField(max_length=255, default="")
    preview_file = fields.CharField(max_length=255, default="")
    source_file = fields.CharField(max_length=255, default="", db_default="")
    file_name = fields.CharField(max_length=255, default="", db_default="")
    duration_s = fields.FloatField(null=True)
    frame_rate = fields.CharField(max_length=20, default="", db_default="")
    bitrate = fields.IntField(null=True)
    problem = fields.CharField(max_length=500, default="", db_default="")
    remote_url = fields.CharField(max_length=2048, default="")
    size_bytes = fields.BigIntField(default=0)
    width = fields.IntField(null=True)
    height = fields.IntField(null=True)
    focus_x = fields.FloatField(default=0.0)
    focus_y = fields.FloatField(default=0.0)
    alt = fields.TextField(default="")
    blurhash = fields.CharField(max_length=120, default="")
    created_at = InstantField()

    class Meta:
        table = "media"


class Emoji(Model):
    """A custom emoji; `domain` is empty for our own."""

    id = fields.BigIntField(primary_key=True, generated=False)
    shortcode = fields.CharField(max_length=100)
    domain = fields.CharField(max_length=255, default="")
    file = fields.CharField(max_length=255, default="")
    remote_url = fields.CharField(max_length=2048, default="")
    category = fields.CharField(max_length=100, default="")
    visible = fields.BooleanField(default=True)
    created_at = InstantField()

    class Meta:
        table = "emoji"
        unique_together = (("shortcode", "domain"),)
