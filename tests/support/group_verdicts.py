"""What the routes of groups take from whoever asks: the part of `verdicts` that is about them."""

from collections.abc import Mapping

OF_GROUPS: Mapping[str, tuple[str, ...]] = {
    "GET /actor/heard": ("from", "after"),
    "GET /users/{username}/log": ("after",),
    "POST /groups/new": ("name", "title", "about", "company", "other"),
    "GET /groups/{acct}": ("acct",),
    "POST /groups/{acct}/join": ("acct", "back"),
    "POST /groups/{acct}/leave": ("acct", "back"),
    "GET /groups/{acct}/posts/{post_id:int}/take_out": ("acct",),
    "POST /groups/{acct}/posts/{post_id:int}/take_out": ("acct",),
    "GET /groups/{acct}/members": ("acct",),
    "POST /groups/{acct}/members/approve": ("acct", "admit_domain"),
    "POST /groups/{acct}/members/refuse": ("acct",),
    "POST /groups/{acct}/members/invite": ("acct", "handle", "admit_domain"),
    "POST /groups/{acct}/members/withdraw": ("acct",),
    "POST /groups/{acct}/members/role": ("acct",),
    "POST /groups/{acct}/members/remove": ("acct",),
    "POST /groups/{acct}/members/ban": ("acct",),
    "POST /groups/{acct}/members/unban": ("acct",),
    "GET /groups/{acct}/policy": ("acct",),
    "POST /groups/{acct}/policy": ("acct", "title", "about"),
    "POST /groups/{acct}/domains": ("acct", "company", "other"),
    "GET /groups/{acct}/delete": ("acct",),
    "POST /groups/{acct}/delete": ("acct",),
    "POST /api/v1/groups": ("name", "display_name", "note", "domains[]", "avatar", "header"),
    "PUT /api/v1/groups/{id}": ("id", "display_name", "note", "domains[]", "avatar", "header"),
    "PATCH /api/v1/groups/{id}": ("id", "display_name", "note", "domains[]", "avatar", "header"),
    "GET /api/v1/groups/lookup": ("name",),
    "GET /api/v1/groups/search": ("q",),
    "POST /api/v1/groups/{id}/membership_requests/{account_id}/authorize": ("id", "account_id", "admit_domain"),
    "POST /api/v1/groups/{id}/invitations": ("id", "account_ids[]", "admit_domain"),
}

OF_GROUPS_NOTHING = frozenset(
    """
GET /users/{username}/members
GET /users/{username}/moderators
GET /users/{username}/log/{sequence}
GET /groups
GET /groups/new
GET /api/v1/groups
GET /api/v1/groups/relationships
GET /api/v1/groups/directory
GET /api/v1/groups/{id}
DELETE /api/v1/groups/{id}
POST /api/v1/groups/{id}/join
POST /api/v1/groups/{id}/leave
GET /api/v1/groups/{id}/nodes
DELETE /api/v1/groups/{id}/statuses/{post_id}
GET /api/v1/groups/{id}/memberships
GET /api/v1/groups/{id}/membership_requests
POST /api/v1/groups/{id}/membership_requests/{account_id}/reject
GET /api/v1/groups/{id}/invitations
DELETE /api/v1/groups/{id}/invitations
POST /api/v1/groups/{id}/kick
POST /api/v1/groups/{id}/promote
POST /api/v1/groups/{id}/demote
GET /api/v1/groups/{id}/blocks
POST /api/v1/groups/{id}/blocks
DELETE /api/v1/groups/{id}/blocks
GET /api/v1/timelines/group/{id}
""".strip().splitlines()
)
"""Only ids, choices from a list, or nothing at all."""
