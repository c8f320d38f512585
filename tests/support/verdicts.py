"""What every route was judged to take from whoever asks: names of parameters, of the path or of the body, in which an address of another host may come.

A route that stands in neither table fails `tests/house/test_domain_policy_has_no_way_round.py`: whoever adds one says here what it takes. The judgement
steers what is tried there and is not trusted: routes that are said to take nothing are given addresses all the same.
"""

from collections.abc import Mapping

from tests.support.group_verdicts import OF_GROUPS, OF_GROUPS_NOTHING

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
        "quote_approval_policy",
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
    "POST /api/v1/lists": ("title", "replies_policy"),
    "PUT /api/v1/lists/{id}": ("id", "title"),
    "POST /api/v1/lists/{id}/accounts": ("id", "account_ids[]"),
    "POST /api/v1/tags/{name}/follow": ("name",),
    "POST /api/v1/tags/{name}/unfollow": ("name",),
    "POST /api/v1/tags/{name}/feature": ("name",),
    "POST /api/v1/tags/{name}/unfeature": ("name",),
    "POST /api/v1/featured_tags": ("name",),
    "POST /api/v1/accounts/{id}/note": ("id", "comment"),
    "POST /api/v1/domain_blocks": ("domain",),
    "DELETE /api/v1/domain_blocks": ("domain",),
    "PATCH /api/v1/profile": (
        "display_name",
        "note",
        "avatar",
        "header",
        "attribution_domains[]",
        "fields_attributes[0][name]",
        "fields_attributes[0][value]",
    ),
    "POST /tags/{name}/follow": ("name",),
    "POST /tags/{name}/unfollow": ("name",),
    "POST /lists/create": ("title",),
    "POST /lists/{list_id:int}/edit": ("title",),
    **OF_GROUPS,
    "POST /accounts/{account_id:int}/note": ("comment", "back"),
    "GET /api/v1/timelines/link": ("url",),
    "POST /api/v1/media": ("file", "description", "thumbnail"),
    "POST /api/v2/media": ("file", "description", "thumbnail"),
    "PUT /api/v1/media/{id}": ("id", "description", "thumbnail"),
    "GET /api/v1/notifications": ("account_id", "types[]"),
    "GET /api/v2/notifications": ("account_id", "types[]", "grouped_types[]"),
    "GET /api/v2/notifications/{group_key}": ("group_key",),
    "GET /api/v2/notifications/{group_key}/accounts": ("group_key",),
    "POST /api/v2/notifications/{group_key}/dismiss": ("group_key",),
    "PATCH /api/v1/notifications/policy": ("filter_not_following",),
    "PUT /api/v1/notifications/policy": ("filter_not_following",),
    "PATCH /api/v2/notifications/policy": ("for_not_following",),
    "PUT /api/v2/notifications/policy": ("for_not_following",),
    "POST /api/v1/push/subscription": ("subscription[endpoint]", "subscription[keys][p256dh]", "data[policy]"),
    "PUT /api/v1/push/subscription": ("data[policy]",),
    "POST /api/v1/markers": ("home[last_read_id]",),
    "GET /api/v1/admin/accounts": ("by_domain", "username", "display_name", "email", "ip"),
    "GET /api/v2/admin/accounts": ("by_domain", "username", "display_name", "email", "ip"),
    "POST /api/v1/admin/accounts/{id}/action": ("id", "text", "report_id"),
    "GET /api/v1/admin/reports": ("by_target_domain", "account_id"),
    "PUT /api/v1/admin/reports/{id}": ("id", "rule_ids[]"),
    "POST /api/v1/admin/domain_allows": ("domain",),
    "POST /api/v1/admin/domain_blocks": ("domain", "public_comment", "private_comment"),
    "PUT /api/v1/admin/domain_blocks/{id}": ("id", "public_comment", "private_comment"),
    "POST /api/v1/admin/ip_blocks": ("ip", "comment"),
    "PUT /api/v1/admin/ip_blocks/{id}": ("id", "ip", "comment"),
    "POST /api/v1/admin/email_domain_blocks": ("domain",),
    "POST /api/v1/admin/canonical_email_blocks": ("email", "canonical_email_hash"),
    "POST /api/v1/admin/canonical_email_blocks/test": ("email",),
    "POST /api/v1/admin/measures": ("keys[]", "instance_accounts[domain]"),
    "POST /api/v1/admin/dimensions": ("keys[]", "instance_accounts[domain]"),
    "PUT /api/v1/announcements/{id}/reactions/{name}": ("name",),
    "DELETE /api/v1/announcements/{id}/reactions/{name}": ("name",),
    "GET /report": ("account", "post"),
    "POST /report": ("account", "post", "comment"),
    "POST /admin/people/{account_id:int}/act": ("text", "report"),
    "POST /admin/announcements/publish": ("text", "ends_at"),
    "POST /admin/push/add": ("host",),
    "POST /admin/push/remove": ("host",),
    "POST /api/v1/reports": ("account_id", "status_ids[]", "comment"),
    "GET /api/v2/search": ("q", "account_id"),
    "GET /api/v1/search": ("q", "account_id"),
    "POST /api/v2/filters": ("title", "keywords_attributes[0][keyword]"),
    "PUT /api/v2/filters/{id}": ("title", "keywords_attributes[0][keyword]"),
    "POST /api/v2/filters/{id}/keywords": ("keyword",),
    "PUT /api/v2/filters/keywords/{id}": ("keyword",),
    "POST /api/v1/filters": ("phrase",),
    "PUT /api/v1/filters/{id}": ("phrase",),
    "POST /settings/filters": ("words", "title", "place", "way"),
    "GET /.well-known/webfinger": ("resource", "rel"),
    "GET /nodeinfo/{version}": ("version",),
    "POST /actor/inbox": (BODY,),
    "POST /inbox": (BODY,),
    "POST /users/{username}/inbox": (BODY, "username"),
    "POST /users/{username}/outbox": (BODY, "username"),
    "GET /activities/{activity_id}": ("activity_id",),
    "GET /users/{username}/quote_authorizations/{quote_id}": ("username", "quote_id"),
    "POST /api/v1/statuses/{id}/quotes/{quoting_id}/revoke": ("id", "quoting_id"),
    "PUT /api/v1/statuses/{id}/interaction_policy": ("quote_approval_policy",),
    "GET /auth/sign_in": ("next",),
    "POST /auth/sign_in": ("email", "password", "next"),
    "GET /oauth/authorize": ("client_id", "redirect_uri", "scope", "state"),
    "POST /oauth/authorize": ("client_id", "redirect_uri", "scope", "state"),
    "GET /tags/{name}": ("name",),
    "GET /search": ("q",),
    "GET /compose": ("to", "quote"),
    "POST /compose": (
        "text",
        "summary",
        "reply_to",
        "quote",
        "media",
        "back",
        "poll_option_0",
        "poll_option_1",
        "later",
    ),
    "POST /compose/who": ("text", "summary", "reply_to", "quote", "media", "back"),
    "POST /posts/{post_id:int}/edit": ("text", "summary"),
    "POST /posts/{post_id:int}/quote_policy": ("policy", "back"),
    "POST /posts/{post_id:int}/quotes/{quoting_id:int}/revoke": ("back",),
    "GET /@{acct}/{post_id:int}/egress": ("acct",),
    "GET /@{acct}/{post_id:int}/quotes": ("acct",),
    "POST /settings/notifications": ("for_not_following",),
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
POST /api/v1/announcements/{id}/dismiss
GET /api/v1/admin/accounts/{id}
DELETE /api/v1/admin/accounts/{id}
POST /api/v1/admin/accounts/{id}/enable
POST /api/v1/admin/accounts/{id}/unsensitive
POST /api/v1/admin/accounts/{id}/unsilence
POST /api/v1/admin/accounts/{id}/unsuspend
POST /api/v1/admin/accounts/{id}/approve
POST /api/v1/admin/accounts/{id}/reject
GET /api/v1/admin/reports/{id}
POST /api/v1/admin/reports/{id}/assign_to_self
POST /api/v1/admin/reports/{id}/unassign
POST /api/v1/admin/reports/{id}/resolve
POST /api/v1/admin/reports/{id}/reopen
GET /api/v1/admin/domain_allows
GET /api/v1/admin/domain_allows/{id}
DELETE /api/v1/admin/domain_allows/{id}
GET /api/v1/admin/domain_blocks
GET /api/v1/admin/domain_blocks/{id}
DELETE /api/v1/admin/domain_blocks/{id}
GET /api/v1/admin/ip_blocks
GET /api/v1/admin/ip_blocks/{id}
DELETE /api/v1/admin/ip_blocks/{id}
GET /api/v1/admin/email_domain_blocks
GET /api/v1/admin/email_domain_blocks/{id}
DELETE /api/v1/admin/email_domain_blocks/{id}
GET /api/v1/admin/canonical_email_blocks
GET /api/v1/admin/canonical_email_blocks/{id}
DELETE /api/v1/admin/canonical_email_blocks/{id}
POST /api/v1/admin/retention
GET /api/v1/admin/trends/tags
GET /api/v1/admin/trends/statuses
GET /api/v1/admin/trends/links
GET /api/v1/admin/trends/links/publishers
POST /announcements/{announcement_id:int}/dismiss
GET /admin/reports
GET /admin/reports/{report_id:int}
POST /admin/reports/{report_id:int}/assign
POST /admin/reports/{report_id:int}/resolve
POST /admin/reports/{report_id:int}/reopen
GET /admin/announcements
GET /admin/push
POST /admin/announcements/{announcement_id:int}/remove
GET /admin/people/{account_id:int}
POST /admin/people/{account_id:int}/reinstate
POST /admin/people/{account_id:int}/unsensitive
POST /admin/people/{account_id:int}/unsilence
POST /admin/people/{account_id:int}/unsuspend
POST /admin/people/{account_id:int}/delete
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
GET /api/v1/streaming/health
GET /api/v1/accounts/verify_credentials
GET /api/v1/lists/{id}/accounts
DELETE /api/v1/lists/{id}
DELETE /api/v1/lists/{id}/accounts
DELETE /api/v1/featured_tags/{id}
DELETE /api/v1/suggestions/{id}
GET /api/v1/profile
POST /api/v1/accounts/{id}/endorse
POST /api/v1/accounts/{id}/unendorse
POST /api/v1/accounts/{id}/pin
POST /api/v1/accounts/{id}/unpin
GET /tags
GET /lists
GET /lists/{list_id:int}
GET /lists/{list_id:int}/edit
POST /lists/{list_id:int}/delete
POST /lists/{list_id:int}/add
POST /lists/{list_id:int}/remove
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
GET /api/v1/statuses/{id}/egress
GET /api/v1/statuses/{id}/quotes
GET /api/v1/favourites
GET /api/v1/bookmarks
GET /api/v1/scheduled_statuses
GET /api/v1/scheduled_statuses/{id}
PUT /api/v1/scheduled_statuses/{id}
DELETE /api/v1/scheduled_statuses/{id}
GET /api/v1/polls/{id}
POST /api/v1/polls/{id}/votes
GET /scheduled
POST /scheduled/{scheduled_id:int}/move
POST /scheduled/{scheduled_id:int}/cancel
POST /polls/{poll_id:int}/vote
GET /api/v1/timelines/home
GET /api/v1/timelines/public
GET /api/v1/timelines/list/{id}
GET /api/v1/timelines/direct
GET /api/v1/conversations
GET /api/v2/filters/{id}
DELETE /api/v2/filters/{id}
GET /api/v2/filters/{id}/keywords
GET /api/v2/filters/keywords/{id}
DELETE /api/v2/filters/keywords/{id}
GET /api/v2/filters/{id}/statuses
POST /api/v2/filters/{id}/statuses
GET /api/v2/filters/statuses/{id}
DELETE /api/v2/filters/statuses/{id}
GET /api/v1/filters/{id}
DELETE /api/v1/filters/{id}
DELETE /api/v1/conversations/{id}
POST /api/v1/conversations/{id}/read
POST /api/v1/conversations/{id}/unread
GET /messages
GET /messages/{conversation_id:int}
GET /settings/filters
POST /settings/filters/{filter_id:int}/delete
POST /posts/{post_id:int}/mute_thread
POST /posts/{post_id:int}/unmute_thread
GET /api/v1/media/{id}
DELETE /api/v1/media/{id}
GET /api/v1/notifications/unread_count
GET /api/v1/notifications/policy
GET /api/v2/notifications/policy
GET /api/v1/notifications/requests
GET /api/v1/notifications/requests/merged
POST /api/v1/notifications/requests/accept
POST /api/v1/notifications/requests/dismiss
GET /api/v1/notifications/requests/{id}
POST /api/v1/notifications/requests/{id}/accept
POST /api/v1/notifications/requests/{id}/dismiss
GET /api/v2/notifications/unread_count
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
DELETE /api/v1/push/subscription
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
GET /users/{username}/collections/tags
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
GET /notifications/requests
POST /notifications/requests/{request_id:int}/accept
POST /notifications/requests/{request_id:int}/dismiss
GET /settings/notifications
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
).union(OF_GROUPS_NOTHING)
"""Only ids of this node's own, choices from a list, numbers, times, or nothing at all."""
