"""In which group a post from elsewhere stands, and whether its author may put it there. Asked by `activities/create`, `update` and `delete`.

One of our groups takes a post from its members' own nodes, and passes it on. A post in a group of another node is believed from that group alone, in an
Announce: whoever sends it directly says nothing about the group.
"""

from fediverse.activitystreams.objects import RemotePost
from fediverse.activitystreams.values import PUBLIC
from fediverse.errors import NotFound, Refused
from fediverse.federation.admitted import AdmittedActivity
from fediverse.federation.gate import is_ours
from fediverse.node import Node
from fediverse.policy.groups import allows_host, may_moderate_group, may_post
from fediverse.queries import accounts, groups
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import AccountView, PostGroup


async def group_of(node: Node, admitted: AdmittedActivity, post: RemotePost, sender: AccountView) -> PostGroup | None:
    """The group that *post* stands in, None for none. Raises Refused when it may not stand there, or says that all may read what few should."""
    addressed = await _addressed(node, post)
    if admitted.via_group is not None:
        passing = [one for one in addressed if one.id == admitted.via_group]
        if not passing:
            raise Refused("The post was not written to this group")
        return _standing_in(passing[0], post)
    ours = [one for one in addressed if one.local]
    if len(ours) > 1:
        raise Refused("A post stands in one group")
    if ours:
        await require_may_post(node, ours[0], sender)
        return _standing_in(ours[0], post)
    if any(one.access != "open" for one in addressed):
        raise Refused("What stands in a group is passed on by the group alone")
    return None


async def require_may_post(node: Node, group: GroupView, sender: AccountView) -> None:
    """Raises Refused for who is no member, or may not post, or is of a domain that the group is not for."""
    role = await groups.role_of(node, group.id, sender.id)
    if not may_post(role, group.posting) or not allows_host(group.domains, sender.host):
        raise Refused("Only members may post in this group")


async def may_take_out(node: Node, group_id: int, sender: AccountView) -> bool:
    """Whether *sender* moderates the group, or is the group itself."""
    return sender.id == group_id or may_moderate_group(await groups.role_of(node, group_id, sender.id))


async def _addressed(node: Node, post: RemotePost) -> list[GroupView]:
    found: list[GroupView] = []
    for uri in dict.fromkeys([*post.audience, *post.to, *post.cc]):
        account = await accounts.by_uri(node, uri) if uri != PUBLIC else None
        if account is None or not account.group:
            continue
        try:
            found.append(await groups.group(node, None, account.id))
        except NotFound:
            if is_ours(node, uri):
                raise Refused("There is no such group") from None
    return found


def _standing_in(group: GroupView, post: RemotePost) -> PostGroup:
    if group.access != "open" and PUBLIC in {*post.to, *post.cc}:
        raise Refused("What is written for the members of a group is not addressed to everybody")
    return PostGroup(group.account, group.access, group.members_url)
