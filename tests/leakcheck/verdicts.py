"""Who may receive a secret by which way: its `author`, its `audience`, `staff`; by the ways of `verdicts_of_nothing`, nobody. Whoever adds a route, a stream or a kind of activity judges it here.

`test_members_receive.py` holds the table against what was received: a way that carries more fails, and one that carries less. Ways are lines of the URL map;
`delivery Create` is what arrives at an inbox, `push` what a device shows, `fetch` the address and headers of a request.
"""

from collections.abc import Mapping

_CARRIES: Mapping[str, str] = {
    "audience": """
        GET /api/v1/bookmarks
        GET /api/v1/favourites
        GET /api/v1/notifications/{id}
        GET /api/v1/streaming/list
        GET /api/v1/streaming/public/remote
        GET /api/v2/notifications/{group_key}
        GET /bookmarks
        GET /likes
        GET /report
        GET /users/{username}
        GET /users/{username}/collections/featured
        GET /users/{username}/log
        GET /users/{username}/log/{sequence}
        GET /users/{username}/posts/{post_id}
        GET /users/{username}/posts/{post_id}/activity
        delivery Announce
        delivery Create
        delivery Update
    """,
    "audience author": """
        GET /
        GET /@{acct}
        GET /@{acct}/following
        GET /@{acct}/{post_id:int}
        GET /@{acct}/{post_id:int}/history
        GET /@{acct}/{post_id:int}/quotes
        GET /api/v1/accounts/{id}
        GET /api/v1/accounts/{id}/following
        GET /api/v1/accounts/{id}/statuses
        GET /api/v1/announcements
        GET /api/v1/conversations
        POST /api/v1/conversations/{id}/read
        POST /api/v1/conversations/{id}/unread
        GET /api/v1/groups
        GET /api/v1/groups/directory
        GET /api/v1/groups/{id}
        GET /api/v1/search
        GET /api/v1/statuses
        DELETE /api/v1/statuses/{id}
        GET /api/v1/statuses/{id}
        POST /api/v1/statuses/{id}/bookmark
        GET /api/v1/statuses/{id}/context
        POST /api/v1/statuses/{id}/favourite
        GET /api/v1/statuses/{id}/history
        PUT /api/v1/statuses/{id}/interaction_policy
        POST /api/v1/statuses/{id}/mute
        POST /api/v1/statuses/{id}/pin
        GET /api/v1/statuses/{id}/quotes
        POST /api/v1/statuses/{id}/reblog
        POST /api/v1/statuses/{id}/unbookmark
        POST /api/v1/statuses/{id}/unfavourite
        POST /api/v1/statuses/{id}/unmute
        POST /api/v1/statuses/{id}/unpin
        POST /api/v1/statuses/{id}/unreblog
        GET /api/v1/streaming/direct
        GET /api/v1/streaming/hashtag
        GET /api/v1/streaming/hashtag/local
        GET /api/v1/streaming/public
        GET /api/v1/streaming/public/local
        GET /api/v1/timelines/direct
        GET /api/v1/timelines/group/{id}
        GET /api/v1/timelines/home
        GET /api/v1/timelines/list/{id}
        GET /api/v1/timelines/public
        GET /api/v1/timelines/tag/{name}
        GET /api/v2/search
        GET /company
        GET /compose
        POST /compose
        GET /groups
        GET /groups/{acct}
        GET /groups/{acct}/members
        GET /groups/{acct}/policy
        GET /lists/{list_id:int}
        GET /messages
        GET /messages/{conversation_id:int}
        GET /network
        GET /posts/{post_id:int}/delete
        GET /search
        GET /tags/{name}
        GET /users/{username}/inbox
        push
    """,
    "audience author staff": """
        WS /api/v1/streaming
        GET /api/v1/streaming/user
        GET /api/v1/streaming/user/notification
        GET /media/{media_id:int}/{variant}
        GET /notifications
    """,
    "audience staff": """
        GET /api/v1/notifications
        GET /api/v2/notifications
    """,
    "author": """
        PATCH /api/v1/groups/{id}
        PUT /api/v1/groups/{id}
        GET /admin/announcements
        GET /admin/deliveries
        GET /admin/domains
        GET /api/v1/accounts/relationships
        POST /api/v1/accounts/{id}/follow
        GET /api/v1/accounts/{id}/lists
        GET /api/v1/admin/email_domain_blocks
        GET /api/v1/admin/email_domain_blocks/{id}
        GET /api/v1/admin/ip_blocks
        GET /api/v1/admin/ip_blocks/{id}
        GET /api/v1/domain_blocks
        GET /api/v1/featured_tags/suggestions
        GET /api/v1/filters
        GET /api/v1/filters/{id}
        GET /api/v1/followed_tags
        GET /api/v1/lists
        GET /api/v1/lists/{id}
        GET /api/v1/media/{id}
        PUT /api/v1/media/{id}
        GET /api/v1/scheduled_statuses
        GET /api/v1/scheduled_statuses/{id}
        PUT /api/v1/statuses/{id}
        GET /api/v1/statuses/{id}/source
        GET /api/v2/filters
        GET /api/v2/filters/keywords/{id}
        GET /api/v2/filters/{id}
        GET /api/v2/filters/{id}/keywords
        POST /compose/who
        GET /groups/{acct}/delete
        GET /lists
        GET /lists/{list_id:int}/edit
        GET /posts/{post_id:int}/edit
        GET /scheduled
        GET /settings/filters
        GET /tags
    """,
    "author staff": """
        GET /admin/people
        GET /api/v1/admin/accounts
        GET /api/v2/admin/accounts
    """,
    "staff": """
        GET /admin/people/{account_id:int}
        GET /admin/reports
        GET /admin/reports/{report_id:int}
        GET /api/v1/admin/accounts/{id}
        GET /api/v1/admin/reports
        GET /api/v1/admin/reports/{id}
    """,
}

CARRIES: Mapping[str, str] = {
    line.strip(): who for who, lines in _CARRIES.items() for line in lines.strip().splitlines()
}
"""Way → who receives secrets by it."""

NOT_TOLD = frozenset(
    {
        "bytes of a file of deleted post",
        "text before the edit of followers post",
        "bytes of a file of deleted post in the cabal",
        "bytes of a file of deleted post in the circle",
        "e-mail address of bea@B as a user",
        "e-mail address of ben@B as a user",
        "e-mail address of bert@B as a user",
        "e-mail address of cleo@C as a user",
    }
)
"""What nobody is ever told again: it is there to be kept."""
