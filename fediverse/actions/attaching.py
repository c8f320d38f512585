"""Which uploads a post may take along, and what becomes of them when it is gone. Called by `posts`, for new posts, edits and posts for later."""

from collections.abc import Sequence

from fediverse.actions.media import keys_of
from fediverse.database.database import marks
from fediverse.errors import Invalid
from fediverse.node import Node
from fediverse.policy.content import check_attachments
from fediverse.queries.load import media_kind


async def check(
    node: Node, author_id: int, media_ids: Sequence[int], *, post_id: int = 0, scheduled_id: int = 0
) -> None:
    """Raises Invalid unless each is the author's own, ready, and free, or on this very post; and they may stand together.

    Those of a deleted post are free: clients delete a post to write it anew, with its pictures.
    """
    if not media_ids:
        return
    rows = await node.database.rows(
        f"SELECT m.id, m.state, m.media_type FROM media m WHERE m.id IN ({marks(media_ids)}) AND m.account_id = ? AND m.remote_url = ''"
        " AND (m.post_id IS NULL OR m.post_id = ? OR EXISTS (SELECT 1 FROM post gone WHERE gone.id = m.post_id AND gone.deleted_at IS NOT NULL))"
        " AND (m.scheduled_id IS NULL OR m.scheduled_id = ?)",
        *media_ids, author_id, post_id, scheduled_id,
    )  # fmt: skip
    if len(rows) != len(set(media_ids)):
        raise Invalid("Validation failed: An attachment is unknown, somebody else's, or already part of a post")
    if any(row["state"] == "processing" for row in rows):
        raise Invalid("Cannot attach files that have not finished processing. Try again in a moment!")
    if any(row["state"] != "ready" for row in rows):
        raise Invalid("Validation failed: An attachment could not be processed")
    check_attachments([media_kind(row["media_type"]) for row in rows])


async def forget(node: Node, post_id: int) -> None:
    """The files of a post that was deleted for good; otherwise they stay for a day, should it be written anew."""
    rows = await node.database.rows(
        "SELECT m.id FROM media m JOIN post p ON p.id = m.post_id WHERE m.post_id = ? AND p.deleted_at IS NOT NULL",
        post_id,
    )
    for row in rows:
        await node.database.execute("DELETE FROM media WHERE id = ?", row["id"])
        for key in keys_of(row["id"]):
            await node.storage.delete(key)
