"""What every route was judged to take from whoever asks: names of parameters, of the path or of the body, in which an address of another host may come.

A route that stands in neither table fails `tests/house/test_domain_policy_has_no_way_round.py`: whoever adds one says here what it takes. The judgement
steers what is tried there and is not trusted: routes that are said to take nothing are given addresses all the same.
"""

from collections.abc import Mapping

BODY = "@body"
"""The whole body is a document of another server, or of a client that speaks ActivityPub."""

TAKES: Mapping[str, tuple[str, ...]] = {
    "POST /api/v1/apps": ("client_name", "redirect_uris", "website"),
    "POST /oauth/token": ("client_id", "redirect_uri", "code"),
    "POST /oauth/revoke": ("client_id", "token"),
    "PATCH /api/v1/accounts/update_credentials": (
        "display_name",
        "note",
        "avatar",
        "header",
        "fields_attributes[0][name]",
        "fields_attributes[0][value]",
    ),
    "POST /api/v1/accounts": ("username", "email"),
    "GET /api/v1/accounts/lookup": ("acct",),
    "GET /api/v1/accounts/search": ("q",),
    "GET /api/v1/accounts/{id}": ("id",),
    "GET /api/v1/accounts/{id}/statuses": ("id", "tagged"),
    "GET /api/v1/accounts/{id}/followers": ("id",),
    "GET /api/v1/accounts/{id}/following": ("id",),
    "POST /api/v1/accounts/{id}/follow": ("id", "languages[]"),
    "POST /api/v1/accounts/{id}/block": ("id",),
    "POST /api/v1/accounts/{id}/mute": ("id",),
    "GET /api/v1/tags/{name}": ("name",),
    "POST /api/v1/statuses": (
        "status",
        "spoiler_text",
        "in_reply_to_id",
        "quoted_status_id",
        "media_ids[]",
        "poll[options][]",
        "scheduled_at",
    ),
    "GET /api/v1/statuses": ("id[]",),
    "GET /api/v1/statuses/{id}": ("id",),
    "PUT /api/v1/statuses/{id}": (
        "id",
        "status",
        "spoiler_text",
        "media_ids[]",
        "media_attributes[0][id]",
        "media_attributes[0][description]",
    ),
    "GET /api/v1/statuses/{id}/context": ("id",),
    "POST /api/v1/statuses/{id}/favourite": ("id",),
    "POST /api/v1/statuses/{id}/reblog": ("id",),
    "POST /api/v1/statuses/{id}/bookmark": ("id",),
    "GET /api/v1/timelines/tag/{name}": ("name", "any[]", "all[]"),
    "GET /api/v1/timelines/link": ("url",),
    "POST /api/v1/media": ("file", "description", "thumbnail"),
    "POST /api/v2/media": ("file", "description", "thumbnail"),
    "PUT /api/v1/media/{id}": ("id", "description", "thumbnail"),
    "GET /api/v1/notifications": ("account_id", "types[]"),
    "POST /api/v1/markers": ("home[last_read_id]",),
    "POST /api/v1/reports": ("account_id", "status_ids[]", "comment"),
    "GET /api/v2/search": ("q", "account_id"),
    "GET /api/v1/search": ("q", "account_id"),
    "GET /.well-known/webfinger": ("resource", "rel"),
    "GET /nodeinfo/{version}": ("version",),
    "POST /actor/inbox": (BODY,),
    "POST /inbox": (BODY,),
    "POST /users/{username}/inbox": (BODY, "username"),
    "POST /users/{username}/outbox": (BODY, "username"),
    "GET /activities/{activity_id}": ("activity_id",),
    "GET /auth/sign_in": ("next",),
    "POST /auth/sign_in": ("email", "password", "next"),
    "GET /oauth/authorize": ("client_id", "redirect_uri", "scope", "state"),
    "POST /oauth/authorize": ("client_id", "redirect_uri", "scope", "state"),
    "GET /tags/{name}": ("name",),
    "GET /search": ("q",),
    "GET /compose": ("to",),
    "POST /compose": ("text", "summary", "reply_to", "media", "back"),
    "POST /posts/{post_id:int}/edit": ("text", "summary"),
    "POST /settings/profile": ("display_name", "note", "avatar", "header", "field_name_0", "field_value_0"),
    "GET /admin/domains/add": ("host",),
    "POST /admin/domains/add": ("pattern", "addresses", "reason", "ca_pem"),
    "POST /admin/domains/hold": ("pattern", "reason"),
    "POST /admin/domains/lift": ("pattern",),
    "GET /admin/domains/remove": ("pattern",),
    "POST /admin/domains/remove": ("pattern",),
    "GET /admin/domains/purge": ("host",),
    "POST /admin/domains/purge": ("host",),
    "POST /admin/domains/publish": ("rule",),
    "POST /admin/domains/discard": ("rule",),
    "POST /admin/domains/import": ("file",),
    "GET /admin/domains/check": ("host",),
    "GET /admin/deliveries/drop": ("host",),
    "POST /admin/deliveries/drop": ("host",),
    "POST /admin/deliveries/retry": ("host",),
    "POST /admin/people/create": ("username", "email", "display_name"),
    "GET /emoji/{domain}/{shortcode}": ("domain", "shortcode"),
    "GET /static/{name:path}": ("name",),
    "GET /@{acct}/followers": ("acct",),
    "GET /@{acct}/following": ("acct",),
    "GET /users/{username}": ("username",),
    "GET /users/{username}/posts/{post_id}": ("username", "post_id"),
    "GET /@{acct}": ("acct",),
    "GET /@{acct}/{post_id:int}": ("acct",),
}

TAKES_NOTHING = frozenset(
    """
GET /api/v1/apps/verify_credentials
GET /oauth/userinfo
POST /oauth/userinfo
GET /.well-known/oauth-authorization-server
GET /api/v2/instance
GET /api/v1/instance
GET /api/v1/instance/rules
GET /api/v1/instance/extended_description
GET /api/v1/instance/privacy_policy
GET /api/v1/instance/terms_of_service
GET /api/v1/instance/translation_languages
GET /api/v1/instance/domain_blocks
GET /api/v1/instance/peers
GET /api/v1/instance/activity
GET /api/v1/instance/languages
GET /api/v1/custom_emojis
GET /health
GET /api/v1/accounts/verify_credentials
DELETE /api/v1/profile/avatar
DELETE /api/v1/profile/header
GET /api/v1/preferences
GET /api/v1/accounts
GET /api/v1/accounts/relationships
GET /api/v1/accounts/familiar_followers
GET /api/v1/accounts/{id}/lists
GET /api/v1/accounts/{id}/featured_tags
GET /api/v1/accounts/{id}/identity_proofs
GET /api/v1/accounts/{id}/endorsements
POST /api/v1/accounts/{id}/unfollow
POST /api/v1/accounts/{id}/remove_from_followers
POST /api/v1/accounts/{id}/unblock
POST /api/v1/accounts/{id}/unmute
GET /api/v1/follow_requests
POST /api/v1/follow_requests/{id}/authorize
POST /api/v1/follow_requests/{id}/reject
GET /api/v1/blocks
GET /api/v1/mutes
GET /api/v1/domain_blocks
GET /api/v1/endorsements
GET /api/v1/directory
GET /api/v1/suggestions
GET /api/v2/suggestions
GET /api/v1/followed_tags
GET /api/v1/featured_tags
GET /api/v1/featured_tags/suggestions
DELETE /api/v1/statuses/{id}
GET /api/v1/statuses/{id}/source
GET /api/v1/statuses/{id}/history
POST /api/v1/statuses/{id}/unfavourite
POST /api/v1/statuses/{id}/unreblog
POST /api/v1/statuses/{id}/unbookmark
POST /api/v1/statuses/{id}/pin
POST /api/v1/statuses/{id}/unpin
POST /api/v1/statuses/{id}/mute
POST /api/v1/statuses/{id}/unmute
GET /api/v1/statuses/{id}/favourited_by
GET /api/v1/statuses/{id}/reblogged_by
GET /api/v1/favourites
GET /api/v1/bookmarks
GET /api/v1/scheduled_statuses
GET /api/v1/timelines/home
GET /api/v1/timelines/public
GET /api/v1/timelines/list/{id}
GET /api/v1/timelines/direct
GET /api/v1/conversations
GET /api/v1/media/{id}
DELETE /api/v1/media/{id}
GET /api/v1/notifications/unread_count
GET /api/v1/notifications/policy
PATCH /api/v1/notifications/policy
PUT /api/v1/notifications/policy
GET /api/v2/notifications/policy
PATCH /api/v2/notifications/policy
PUT /api/v2/notifications/policy
GET /api/v1/notifications/requests
GET /api/v1/notifications/requests/merged
POST /api/v1/notifications/clear
GET /api/v1/notifications/{id}
POST /api/v1/notifications/{id}/dismiss
GET /api/v1/markers
GET /api/v1/lists
GET /api/v1/lists/{id}
GET /api/v1/filters
GET /api/v2/filters
GET /api/v1/announcements
GET /api/v1/trends
GET /api/v1/trends/tags
GET /api/v1/trends/statuses
GET /api/v1/trends/links
GET /api/v1/push/subscription
DELETE /api/{anything:path}
GET /api/{anything:path}
PATCH /api/{anything:path}
POST /api/{anything:path}
PUT /api/{anything:path}
GET /.well-known/host-meta
GET /.well-known/nodeinfo
GET /actor
GET /actor/outbox
GET /actor/followers
GET /actor/following
GET /users/{username}/inbox
GET /users/{username}/outbox
GET /users/{username}/followers
GET /users/{username}/following
GET /users/{username}/collections/featured
GET /users/{username}/posts/{post_id}/activity
GET /users/{username}/posts/{post_id}/replies
GET /users/{username}/posts/{post_id}/likes
GET /users/{username}/posts/{post_id}/shares
POST /auth/sign_out
GET /
GET /company
GET /network
GET /bookmarks
GET /likes
GET /notifications
POST /notifications/clear
GET /people
GET /requests
GET /silenced
GET /posts/{post_id:int}/edit
GET /posts/{post_id:int}/delete
POST /posts/{post_id:int}/delete
POST /posts/{post_id:int}/like
POST /posts/{post_id:int}/unlike
POST /posts/{post_id:int}/boost
POST /posts/{post_id:int}/unboost
POST /posts/{post_id:int}/bookmark
POST /posts/{post_id:int}/unbookmark
POST /posts/{post_id:int}/pin
POST /posts/{post_id:int}/unpin
POST /accounts/{account_id:int}/follow
POST /accounts/{account_id:int}/unfollow
POST /accounts/{account_id:int}/accept
POST /accounts/{account_id:int}/reject
POST /accounts/{account_id:int}/block
POST /accounts/{account_id:int}/unblock
POST /accounts/{account_id:int}/mute
POST /accounts/{account_id:int}/unmute
GET /settings/profile
GET /settings/preferences
POST /settings/preferences
POST /settings/password
GET /settings/apps
POST /settings/apps/{token_id:int}/revoke
GET /admin/domains
GET /admin/domains/export/{form}
GET /admin/deliveries
GET /admin/people
POST /admin/people/{account_id:int}/disable
POST /admin/people/{account_id:int}/enable
GET /media/{media_id:int}/{variant}
GET /avatars/{account_id:int}/{which}
GET /healthz
GET /readyz
GET /metrics
GET /@{acct}/{post_id:int}/history
GET /@{acct}/{post_id:int}/likes
GET /@{acct}/{post_id:int}/boosts
""".strip().splitlines()
)
"""Only ids of this node's own, choices from a list, numbers, times, or nothing at all."""
