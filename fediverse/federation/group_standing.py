"""Whether a node that asks for a post of ours in a group of another node is a member's node still, as the group's own node says.

What the group told us of its members (`roster`) may be older than a removal. So its node is asked, in the words of Lemmy (`followers?is_follower=ACTOR`),
at most every ten minutes for who was let pass and every minute for who was not. When it cannot be asked, nobody is let pass whom it did not confirm lately.
"""

from datetime import timedelta
from urllib.parse import quote

from fediverse.actions import peers, roster
from fediverse.clock import from_ms
from fediverse.errors import FediverseError, NotFound
from fediverse.federation.authentication import RequestingServer
from fediverse.log import get
from fediverse.node import Node
from fediverse.queries import groups
from fediverse.queries.media import post_of

CONFIRMED_FOR = timedelta(minutes=10)
DENIED_FOR = timedelta(minutes=1)
_log = get(__name__)


async def confirm(node: Node, server: RequestingServer, post_id: int) -> None:
    """Bring what is known of *server*'s standing in the post's group up to date; nothing happens for other posts. The question for the post decides."""
    group = await groups.elsewhere_of_post(node, post_id)
    if group is None or group.account.host == server.host:
        return
    standing = await groups.standing_of_node(node, group.id, server.host)
    asked_at = None if standing is None or standing.asked_at_ms is None else from_ms(standing.asked_at_ms)
    lasts = CONFIRMED_FOR if standing is not None and standing.admitted else DENIED_FOR
    if asked_at is not None and node.clock.now() - asked_at < lasts:
        return
    await roster.note_node(
        node, group.id, server.host, admitted=await _is_member(node, server, group.account.followers_url)
    )


async def confirm_file(node: Node, server: RequestingServer, media_id: int) -> None:
    """The same for the post of an attachment."""
    post_id = await post_of(node, media_id)
    if post_id is not None:
        await confirm(node, server, post_id)


async def _is_member(node: Node, server: RequestingServer, followers_url: str) -> bool:
    if not followers_url:
        return False
    try:
        await peers.fetch(node, f"{followers_url}?is_follower={quote(server.actor_uri, safe='')}", kind="collection")
    except NotFound:
        return False
    except FediverseError as problem:
        _log.info("group.standing_unknown", host=server.host, reason=problem.safe)
        return False
    return True
