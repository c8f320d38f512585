"""Forget what has had its time: expired codes and sessions, answered requests, replay keys older than any signature, refused deliveries.

Posts are never touched here, nor what is on record about people's and administrators' deeds (`event`) and about what left the node (`egress`).
"""

from datetime import timedelta

from fediverse.actions import early_undos
from fediverse.actions.limits import forget_old_windows
from fediverse.clock import to_ms
from fediverse.node import Node

GRANTS_KEPT = timedelta(days=7)  # so that a code that is used again is noticed
REPLAY_KEYS_KEPT = timedelta(days=30)
ACTIVITIES_KEPT = timedelta(days=30)
REFUSED_KEPT = timedelta(days=14)
UNUSED_UPLOADS_KEPT = timedelta(days=1)
UNUSED_APPLICATIONS_KEPT = timedelta(weeks=4)


async def forget_expired(node: Node) -> None:
    now = node.clock.now()
    database = node.database
    await database.execute("DELETE FROM oauth_grant WHERE expires_at < ?", to_ms(now - GRANTS_KEPT))
    await database.execute("DELETE FROM oauth_token WHERE revoked_at < ?", to_ms(now - GRANTS_KEPT))
    await database.execute("DELETE FROM web_session WHERE expires_at < ?", to_ms(now))
    await database.execute("DELETE FROM idempotency_key WHERE created_at < ?", to_ms(now - timedelta(hours=1)))
    await database.execute(
        "DELETE FROM inbound_activity WHERE state IN ('applied', 'dropped') AND received_at < ?",
        to_ms(now - REPLAY_KEYS_KEPT),
    )
    await database.execute("DELETE FROM delivery WHERE state = 'refused' AND created_at < ?", to_ms(now - REFUSED_KEPT))
    await database.execute(
        "DELETE FROM outbound_activity WHERE NOT shown AND created_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.activity_id = outbound_activity.id)",
        to_ms(now - ACTIVITIES_KEPT),
    )
    await forget_old_windows(node)
    await early_undos.forget_expired(node)
    await _forget_unused_applications(node)
    await _forget_unused_uploads(node)


async def _forget_unused_applications(node: Node) -> None:
    """Anybody may register one, and clients do at each sign-in. One that nobody ever let in is not missed: clients that remember it register anew."""
    await node.database.execute(
        "DELETE FROM oauth_app WHERE NOT used AND created_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM oauth_token t WHERE t.app_id = oauth_app.id)"
        " AND NOT EXISTS (SELECT 1 FROM oauth_grant g WHERE g.app_id = oauth_app.id)",
        to_ms(node.clock.now() - UNUSED_APPLICATIONS_KEPT),
    )


async def _forget_unused_uploads(node: Node) -> None:
    """Files that no post took along, and those of posts that were deleted: for a day clients may write such a post anew."""
    since = to_ms(node.clock.now() - UNUSED_UPLOADS_KEPT)
    rows = await node.database.rows(
        "SELECT m.id, m.file, m.preview_file, m.source_file FROM media m WHERE m.post_id IS NULL AND m.scheduled_id IS NULL AND m.created_at < ?"
        " AND NOT EXISTS (SELECT 1 FROM post_edit e JOIN post p ON p.id = e.post_id WHERE p.author_id = m.account_id)"
        " UNION ALL SELECT m.id, m.file, m.preview_file, m.source_file FROM post p JOIN media m ON m.post_id = p.id WHERE p.deleted_at < ?",
        since, since,
    )  # fmt: skip
    for row in rows:
        await node.database.execute("DELETE FROM media WHERE id = ?", row["id"])
        for key in (row["file"], row["preview_file"], row["source_file"]):
            if key:
                await node.storage.delete(key)
