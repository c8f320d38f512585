"""Links that carry their own permission: for one file, for some hours, from this node."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

from fediverse.storage.links import LIFETIME, is_permitted, signed_path
from tests.support.nodes import RunningNode

PATH = "/media/12/original"


def _permission(link: str) -> tuple[str, str]:
    values = parse_qs(urlsplit(link).query)
    return values["e"][0], values["t"][0]


async def test_a_link_permits_its_file_until_it_expires(home: RunningNode) -> None:
    """And no other file, no other hour, no changed token."""
    node, now = home.node, home.node.clock.now()

    expires, token = _permission(signed_path(node, PATH, now))

    assert is_permitted(node, PATH, expires, token, now)
    assert is_permitted(node, PATH, expires, token, now + LIFETIME - timedelta(hours=1))
    assert not is_permitted(node, PATH, expires, token, now + LIFETIME + timedelta(hours=1))
    assert not is_permitted(node, "/media/13/original", expires, token, now)
    assert not is_permitted(node, PATH, str(int(expires) + 1), token, now)
    assert not is_permitted(node, PATH, expires, token[:-1] + ("A" if token[-1] != "A" else "B"), now)
    assert not is_permitted(node, PATH, "", "", now)


async def test_a_link_of_one_node_is_worth_nothing_at_another(home: RunningNode, away: RunningNode) -> None:
    """Each signs with a secret of its own."""
    now = home.node.clock.now()

    expires, token = _permission(signed_path(home.node, PATH, now))

    assert is_permitted(home.node, PATH, expires, token, now)
    assert not is_permitted(away.node, PATH, expires, token, now)
