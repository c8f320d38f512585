"""What a person wants to be told, as conditions of a question: who is never heard, and what the person's policy does with the rest.

Used by `actions/notifying`, and by `actions/conversations` for the policy. The aliases are `n` for what happened (kind, from_id, post_id, now), `u` for
the person's row of local_user, `s` for the account that did it, `p` for the post (or none), and `np` for the person's policy (or none).

Never heard    whoever the person blocks, or mutes with notifications; domains that the person hides, unless followed; threads that the person muted
The policy     accept, filter or drop, for six sorts of people and notifications; the strictest that applies counts; people who were accepted by name
               are always heard. Without a policy what accounts do that a moderator limited is filtered, unless followed.
"""

from datetime import timedelta
from typing import Final

NEW_ACCOUNT: Final = timedelta(days=30)
NEW_FOLLOWER: Final = timedelta(days=3)
"""Whoever follows for less counts as no follower yet: otherwise following would be the way past the policy."""

SORTS: Final = (
    "for_not_following",
    "for_not_followers",
    "for_new_accounts",
    "for_private_mentions",
    "for_limited_accounts",
    "for_bots",
)
DEFAULTS: Final = dict.fromkeys(SORTS, "accept") | {"for_limited_accounts": "filter"}
OUTCOMES: Final = ("accept", "filter", "drop")


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


_FOLLOWS = (
    "EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = u.account_id AND f.target_id = s.id AND f.state = 'accepted')"
)
_FOLLOWED = (
    "EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = s.id AND f.target_id = u.account_id AND f.state = 'accepted'"
    f" AND f.created_at <= n.now - {_ms(NEW_FOLLOWER)})"
)
_CONDITIONS: Final = {
    "for_not_following": f"NOT {_FOLLOWS}",
    "for_not_followers": f"NOT {_FOLLOWED}",
    "for_new_accounts": f"(s.created_at > n.now - {_ms(NEW_ACCOUNT)} AND NOT {_FOLLOWS})",
    "for_private_mentions": (
        "(n.kind = 'mention' AND p.visibility = 'direct' AND (p.reply_to_account_id IS NULL OR p.reply_to_account_id <> u.account_id)"
        f" AND NOT {_FOLLOWS})"
    ),
    "for_limited_accounts": f"(s.silenced_at IS NOT NULL AND NOT {_FOLLOWS})",
    "for_bots": f"(s.bot AND NOT {_FOLLOWS})",
}

HEARD: Final = (
    "NOT EXISTS (SELECT 1 FROM block b WHERE b.account_id = u.account_id AND b.target_id = s.id)"
    " AND NOT EXISTS (SELECT 1 FROM mute m WHERE m.account_id = u.account_id AND m.target_id = s.id AND m.hide_notifications"
    " AND (m.expires_at IS NULL OR m.expires_at > n.now))"
    f" AND NOT (s.host <> '' AND EXISTS (SELECT 1 FROM hidden_domain h WHERE h.account_id = u.account_id AND h.domain IN (s.domain, s.host)) AND NOT {_FOLLOWS})"
    " AND NOT EXISTS (SELECT 1 FROM thread_mute t WHERE t.account_id = u.account_id AND t.root_id = p.root_id)"
)
"""The one who did it is somebody whom the person wants to hear of."""


def _any(outcome: str) -> str:
    return " OR ".join(
        f"(COALESCE(np.{sort}, '{DEFAULTS[sort]}') = '{outcome}' AND {condition})"
        for sort, condition in _CONDITIONS.items()
    )


OUTCOME: Final = (
    "CASE WHEN np.account_id IS NULL AND s.silenced_at IS NULL THEN 'accept'"
    " WHEN EXISTS (SELECT 1 FROM notification_permission pe WHERE pe.account_id = u.account_id AND pe.from_account_id = s.id) THEN 'accept'"
    f" WHEN {_any('drop')} THEN 'drop' WHEN {_any('filter')} THEN 'filter' ELSE 'accept' END"
)
"""accept, filter or drop."""
