"""Client api."""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.indexes import Index
from tortoise.migrations import operations as ops

from fediverse.models.instants import InstantField
from fediverse.models.quotes import QuoteState


class Migration(migrations.Migration):
    dependencies = [("models", "0003_children")]

    initial = False

    operations = [
        ops.CreateModel(
            name="AccountList",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField(db_index=True)),
                ("title", fields.CharField(max_length=256)),
                ("replies_policy", fields.CharField(default="list", max_length=20)),
                ("exclusive", fields.BooleanField(default=False)),
                ("created_at", InstantField()),
            ],
            options={"table": "account_list", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AccountNote",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("target_id", fields.BigIntField(db_index=True)),
                ("comment", fields.TextField(default="")),
            ],
            options={"table": "account_note", "app": "models", "unique_together": (("account_id", "target_id"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AccountWarning",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("target_id", fields.BigIntField(db_index=True)),
                ("by_account_id", fields.BigIntField()),
                ("report_id", fields.BigIntField(null=True)),
                ("action", fields.CharField(max_length=20)),
                ("text", fields.TextField(default="")),
                ("created_at", InstantField()),
            ],
            options={"table": "account_warning", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Announcement",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("text", fields.TextField()),
                ("all_day", fields.BooleanField(default=False)),
                ("starts_at", InstantField(null=True)),
                ("ends_at", InstantField(null=True)),
                ("published_at", InstantField(null=True)),
                ("created_at", InstantField()),
                ("updated_at", InstantField()),
            ],
            options={"table": "announcement", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AnnouncementReaction",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "announcement",
                    fields.ForeignKeyField(
                        "models.Announcement",
                        source_field="announcement_id",
                        to_field="id",
                        related_name="reactions",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("account_id", fields.BigIntField()),
                ("name", fields.CharField(max_length=100)),
            ],
            options={
                "table": "announcement_reaction",
                "app": "models",
                "unique_together": (("announcement_id", "account_id", "name"),),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="AnnouncementRead",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "announcement",
                    fields.ForeignKeyField(
                        "models.Announcement",
                        source_field="announcement_id",
                        to_field="id",
                        related_name="readers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("account_id", fields.BigIntField()),
            ],
            options={
                "table": "announcement_read",
                "app": "models",
                "unique_together": (("announcement_id", "account_id"),),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Conversation",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("root_id", fields.BigIntField(db_index=True)),
                ("last_post_id", fields.BigIntField()),
                ("participants", fields.JSONField(default=list)),
                ("participants_digest", fields.CharField(max_length=64)),
                ("unread", fields.BooleanField(default=False)),
            ],
            options={
                "table": "conversation",
                "app": "models",
                "unique_together": (("account_id", "root_id", "participants_digest"),),
                "indexes": [Index(fields=["account_id", "last_post_id"])],
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="DismissedSuggestion",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("target_id", fields.BigIntField(db_index=True)),
            ],
            options={
                "table": "dismissed_suggestion",
                "app": "models",
                "unique_together": (("account_id", "target_id"),),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EmailBlock",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("email_hash", fields.CharField(unique=True, max_length=64)),
                ("created_at", InstantField()),
            ],
            options={"table": "email_block", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="EmailDomainBlock",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("domain", fields.CharField(unique=True, max_length=255)),
                ("created_at", InstantField()),
            ],
            options={"table": "email_domain_block", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Endorsement",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("target_id", fields.BigIntField(db_index=True)),
                ("created_at", InstantField()),
            ],
            options={"table": "endorsement", "app": "models", "unique_together": (("account_id", "target_id"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FeaturedTag",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                (
                    "tag",
                    fields.ForeignKeyField(
                        "models.Tag",
                        source_field="tag_id",
                        to_field="id",
                        related_name="featured",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", InstantField()),
            ],
            options={
                "table": "featured_tag",
                "app": "models",
                "unique_together": (("account_id", "tag_id"),),
                "indexes": [Index(fields=["tag_id"])],
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FollowedTag",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                (
                    "tag",
                    fields.ForeignKeyField(
                        "models.Tag",
                        source_field="tag_id",
                        to_field="id",
                        related_name="followers",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("created_at", InstantField()),
            ],
            options={
                "table": "followed_tag",
                "app": "models",
                "unique_together": (("account_id", "tag_id"),),
                "indexes": [Index(fields=["tag_id"])],
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HiddenDomain",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("domain", fields.CharField(max_length=255)),
                ("created_at", InstantField()),
            ],
            options={"table": "hidden_domain", "app": "models", "unique_together": (("account_id", "domain"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="HouseRule",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("position", fields.IntField(default=0)),
                ("text", fields.TextField()),
                ("hint", fields.TextField(default="")),
                ("created_at", InstantField()),
            ],
            options={"table": "house_rule", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="IpBlock",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("network", fields.CharField(unique=True, max_length=50)),
                ("severity", fields.CharField(max_length=40)),
                ("comment", fields.TextField(default="")),
                ("expires_at", InstantField(null=True)),
                ("created_at", InstantField()),
            ],
            options={"table": "ip_block", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ListMember",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "list",
                    fields.ForeignKeyField(
                        "models.AccountList",
                        source_field="list_id",
                        to_field="id",
                        related_name="members",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("account_id", fields.BigIntField(db_index=True)),
            ],
            options={"table": "list_member", "app": "models", "unique_together": (("list_id", "account_id"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NotificationPermission",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("from_account_id", fields.BigIntField(db_index=True)),
            ],
            options={
                "table": "notification_permission",
                "app": "models",
                "unique_together": (("account_id", "from_account_id"),),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NotificationPolicy",
            fields=[
                ("account_id", fields.BigIntField(primary_key=True, generated=False)),
                ("for_not_following", fields.CharField(default="accept", max_length=20)),
                ("for_not_followers", fields.CharField(default="accept", max_length=20)),
                ("for_new_accounts", fields.CharField(default="accept", max_length=20)),
                ("for_private_mentions", fields.CharField(default="accept", max_length=20)),
                ("for_limited_accounts", fields.CharField(default="filter", max_length=20)),
                ("for_bots", fields.CharField(default="accept", max_length=20)),
            ],
            options={"table": "notification_policy", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="NotificationRequest",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("from_account_id", fields.BigIntField(db_index=True)),
                ("last_post_id", fields.BigIntField(null=True)),
                ("created_at", InstantField()),
                ("updated_at", InstantField()),
            ],
            options={
                "table": "notification_request",
                "app": "models",
                "unique_together": (("account_id", "from_account_id"),),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Poll",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "post",
                    fields.OneToOneField(
                        "models.Post",
                        source_field="post_id",
                        to_field="id",
                        related_name="poll",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("multiple", fields.BooleanField(default=False)),
                ("hide_totals", fields.BooleanField(default=False)),
                ("voters_count", fields.IntField(null=True)),
                ("expires_at", InstantField(null=True)),
                ("closed_at", InstantField(null=True)),
                ("fetched_at", InstantField(null=True)),
            ],
            options={"table": "poll", "app": "models", "indexes": [Index(fields=["closed_at", "expires_at"])]},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PollOption",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "poll",
                    fields.ForeignKeyField(
                        "models.Poll",
                        source_field="poll_id",
                        to_field="id",
                        related_name="options",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("position", fields.IntField()),
                ("title", fields.CharField(max_length=500)),
                ("votes_count", fields.IntField(default=0)),
            ],
            options={"table": "poll_option", "app": "models", "unique_together": (("poll_id", "position"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PollVote",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "poll",
                    fields.ForeignKeyField(
                        "models.Poll",
                        source_field="poll_id",
                        to_field="id",
                        related_name="votes",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("account_id", fields.BigIntField(db_index=True)),
                ("choice", fields.IntField()),
                ("uri", fields.CharField(default="", max_length=1024)),
                ("created_at", InstantField()),
            ],
            options={"table": "poll_vote", "app": "models", "unique_together": (("poll_id", "account_id", "choice"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PushService",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("host", fields.CharField(unique=True, max_length=300)),
                ("added_by", fields.CharField(max_length=255)),
                ("created_at", InstantField()),
            ],
            options={"table": "push_service", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PushSubscription",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "token",
                    fields.OneToOneField(
                        "models.OAuthToken",
                        source_field="token_id",
                        to_field="id",
                        related_name="push",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("account_id", fields.BigIntField(db_index=True)),
                ("endpoint", fields.CharField(max_length=2048)),
                ("host", fields.CharField(db_index=True, max_length=300)),
                ("p256dh", fields.CharField(max_length=200)),
                ("auth", fields.CharField(max_length=100)),
                ("alerts", fields.JSONField(default=dict)),
                ("policy", fields.CharField(default="all", max_length=20)),
                ("standard", fields.BooleanField(default=True)),
                ("sealed_token", fields.BinaryField()),
                ("failures", fields.IntField(default=0)),
                ("created_at", InstantField()),
            ],
            options={"table": "push_subscription", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="PushDelivery",
            fields=[
                ("id", fields.BigIntField(generated=True, primary_key=True)),
                (
                    "subscription",
                    fields.ForeignKeyField(
                        "models.PushSubscription",
                        source_field="subscription_id",
                        to_field="id",
                        related_name="deliveries",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("notification_id", fields.IntField()),
                ("attempts", fields.IntField(default=0)),
                ("due_at", InstantField(db_index=True)),
                ("claimed_until", InstantField(null=True)),
                ("created_at", InstantField()),
            ],
            options={
                "table": "push_delivery",
                "app": "models",
                "unique_together": (("subscription_id", "notification_id"),),
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Quote",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "post",
                    fields.OneToOneField(
                        "models.Post",
                        source_field="post_id",
                        to_field="id",
                        related_name="quote",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("quoted_id", fields.BigIntField(null=True, db_index=True)),
                ("quoted_uri", fields.CharField(db_index=True, max_length=1024)),
                ("quoted_account_id", fields.BigIntField(null=True)),
                ("state", fields.CharEnumField(default=QuoteState.PENDING, enum_type=QuoteState, max_length=20)),
                ("request_uri", fields.CharField(default="", db_index=True, max_length=1024)),
                ("approval_uri", fields.CharField(default="", db_index=True, max_length=1024)),
                ("created_at", InstantField()),
            ],
            options={"table": "quote", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="RateWindow",
            fields=[
                ("key", fields.CharField(primary_key=True, max_length=200)),
                ("started_at", InstantField(db_index=True)),
                ("count", fields.IntField(default=0)),
            ],
            options={"table": "rate_window", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Report",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField(db_index=True)),
                ("target_id", fields.BigIntField(db_index=True)),
                ("category", fields.CharField(default="other", max_length=20)),
                ("comment", fields.TextField(default="")),
                ("post_ids", fields.JSONField(default=list)),
                ("rule_ids", fields.JSONField(default=list)),
                ("forwarded", fields.BooleanField(default=False)),
                ("uri", fields.CharField(null=True, unique=True, max_length=1024)),
                ("assigned_to_id", fields.BigIntField(null=True)),
                ("resolved_by_id", fields.BigIntField(null=True)),
                ("resolved_at", InstantField(null=True)),
                ("created_at", InstantField()),
                ("updated_at", InstantField()),
            ],
            options={"table": "report", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ScheduledPost",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("due_at", InstantField()),
                ("params", fields.JSONField(default=dict)),
                ("media_ids", fields.JSONField(default=list)),
                ("application_id", fields.BigIntField(null=True)),
                ("problem", fields.CharField(default="", max_length=500)),
                ("created_at", InstantField()),
            ],
            options={
                "table": "scheduled_post",
                "app": "models",
                "indexes": [Index(fields=["account_id", "id"]), Index(fields=["due_at"])],
            },
            bases=["Model"],
        ),
        ops.CreateModel(
            name="Severance",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField(db_index=True)),
                ("target_name", fields.CharField(max_length=400)),
                ("followers_count", fields.IntField(default=0)),
                ("following_count", fields.IntField(default=0)),
                ("created_at", InstantField()),
            ],
            options={"table": "severance", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="ThreadMute",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField()),
                ("root_id", fields.BigIntField(db_index=True)),
                ("created_at", InstantField()),
            ],
            options={"table": "thread_mute", "app": "models", "unique_together": (("account_id", "root_id"),)},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="WordFilter",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                ("account_id", fields.BigIntField(db_index=True)),
                ("title", fields.CharField(max_length=256)),
                ("contexts", fields.JSONField(default=list)),
                ("action", fields.CharField(default="warn", max_length=20)),
                ("expires_at", InstantField(null=True)),
                ("created_at", InstantField()),
            ],
            options={"table": "word_filter", "app": "models"},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FilterKeyword",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "word_filter",
                    fields.ForeignKeyField(
                        "models.WordFilter",
                        source_field="word_filter_id",
                        to_field="id",
                        related_name="keywords",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("keyword", fields.CharField(max_length=512)),
                ("whole_word", fields.BooleanField(default=True)),
            ],
            options={"table": "filter_keyword", "app": "models", "indexes": [Index(fields=["word_filter_id"])]},
            bases=["Model"],
        ),
        ops.CreateModel(
            name="FilterPost",
            fields=[
                ("id", fields.BigIntField(primary_key=True, generated=False)),
                (
                    "word_filter",
                    fields.ForeignKeyField(
                        "models.WordFilter",
                        source_field="word_filter_id",
                        to_field="id",
                        related_name="posts",
                        on_delete=OnDelete.CASCADE,
                    ),
                ),
                ("post_id", fields.BigIntField(db_index=True)),
            ],
            options={"table": "filter_post", "app": "models", "unique_together": (("word_filter_id", "post_id"),)},
            bases=["Model"],
        ),
        ops.AddField(
            model_name="Account",
            name="avatar_alt",
            field=fields.TextField(default="", db_default=""),
        ),
        ops.AddField(
            model_name="Account",
            name="header_alt",
            field=fields.TextField(default="", db_default=""),
        ),
        ops.AddField(
            model_name="Account",
            name="memorial",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Account",
            name="sensitized_at",
            field=InstantField(null=True),
        ),
        ops.AddField(
            model_name="Account",
            name="show_featured",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="Account",
            name="show_media",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="Account",
            name="show_media_replies",
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name="Account",
            name="silenced_at",
            field=InstantField(null=True),
        ),
        ops.AddField(
            model_name="DomainRule",
            name="words",
            field=fields.JSONField(default=dict, db_default="{}"),
        ),
        ops.AddField(
            model_name="LocalUser",
            name="attribution_domains",
            field=fields.JSONField(default=list, db_default="[]"),
        ),
        ops.AddField(
            model_name="LocalUser",
            name="default_quote_policy",
            field=fields.CharField(default="public", db_default="public", max_length=20),
        ),
        ops.AddField(
            model_name="LocalUser",
            name="last_ip",
            field=fields.CharField(default="", db_default="", max_length=50),
        ),
        ops.AddField(
            model_name="Media",
            name="bitrate",
            field=fields.IntField(null=True),
        ),
        ops.AddField(
            model_name="Media",
            name="duration_s",
            field=fields.FloatField(null=True),
        ),
        ops.AddField(
            model_name="Media",
            name="file_name",
            field=fields.CharField(default="", db_default="", max_length=255),
        ),
        ops.AddField(
            model_name="Media",
            name="frame_rate",
            field=fields.CharField(default="", db_default="", max_length=20),
        ),
        ops.AddField(
            model_name="Media",
            name="problem",
            field=fields.CharField(default="", db_default="", max_length=500),
        ),
        ops.AddField(
            model_name="Media",
            name="scheduled_id",
            field=fields.BigIntField(null=True, db_index=True),
        ),
        ops.AddField(
            model_name="Media",
            name="source_file",
            field=fields.CharField(default="", db_default="", max_length=255),
        ),
        ops.AddField(
            model_name="Notification",
            name="filtered",
            field=fields.BooleanField(default=False, db_default=False),
        ),
        ops.AddField(
            model_name="Notification",
            name="group_key",
            field=fields.CharField(default="", db_default="", max_length=100),
        ),
        ops.AddIndex(
            model_name="Notification",
            index=Index(fields=["account_id", "group_key"]),
        ),
        ops.AddField(
            model_name="OAuthApp",
            name="used",
            field=fields.BooleanField(default=False, db_default=True),
        ),
        ops.AddField(
            model_name="Post",
            name="quote_policy",
            field=fields.CharField(default="public", db_default="public", max_length=20),
        ),
        ops.AddField(
            model_name="Post",
            name="quotes_count",
            field=fields.IntField(default=0, db_default=0),
        ),
        ops.AddField(
            model_name="PostEdit",
            name="poll_options",
            field=fields.TextField(default="[]", db_default="[]"),
        ),
    ]
