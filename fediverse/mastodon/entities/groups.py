"""Groups, their members and how the caller stands to them, as the client API's JSON. Mastodon has no such entities: these are the ones that pl-fe and Soapbox
read, which go back to a proposal for Mastodon. A group's account is an ordinary account beside them.

Their roles are owner, admin and user; our moderators are their admins. What we add to them: `access`, `posting`, `allowed_domains`, `paused` and `requests_count`
of a group, `invited` of a relationship, `request` and `invitation` of an account that waits at the door. `owner` stays null: there may be several, and
outside of a closed group nobody is told who is in it.
"""

from datetime import datetime

from fediverse.mastodon.entities.accounts import account
from fediverse.mastodon.entities.custom_emojis import custom_emoji
from fediverse.mastodon.entities.values import Entity, moment, moment_or_null
from fediverse.policy.groups import Access, Role
from fediverse.queries.group_views import GroupNodeView, GroupView, InvitationView, RequestView
from fediverse.queries.views import AccountView, PostGroup

_ROLES: dict[Role, str] = {"owner": "owner", "moderator": "admin", "member": "user"}


def group(view: GroupView, domain: str) -> Entity:
    """*domain* is this node's, for its own groups."""
    entity = _looks(view.account, view.access) | {
        "note": view.account.note,
        "domain": view.account.domain or domain,
        "deleted_at": None,
        "group_visibility": "everyone" if view.access == "open" else "members_only",
        "discoverable": view.access != "secret",
        "members_count": max(view.members_count, 0),
        "owner": None,
        "tags": [],
        "relationship": group_relationship(view),
        "posting": view.posting,
        "allowed_domains": list(view.domains),
        "paused": view.paused or None,
        "requests_count": view.requests_count,
    }
    if view.owns:
        entity["source"] = {"note": view.account.note_source}
    return entity


def group_of_status(view: PostGroup) -> Entity:
    """The group beside what stands in it: as much as a client needs to name it."""
    return _looks(view.account, view.access) | {"acct": view.account.acct}


def _looks(of: AccountView, access: Access) -> Entity:
    return {
        "id": str(of.id),
        "slug": of.acct,
        "display_name": of.name,
        "uri": of.uri,
        "url": of.url or of.uri,
        "avatar": of.avatar_url,
        "avatar_static": of.avatar_url,
        "avatar_description": of.avatar_alt,
        "header": of.header_url,
        "header_static": of.header_url,
        "header_description": of.header_alt,
        "emojis": [custom_emoji(emoji) for emoji in of.emojis],
        "created_at": moment(of.created_at),
        "locked": access != "open",
        "membership_required": True,
        "statuses_visibility": "public" if access == "open" else "private",
        "access": access,
    }


def group_relationship(view: GroupView) -> Entity:
    """`role` is null for whoever is no member."""
    return {
        "id": str(view.account.id),
        "member": view.is_member,
        "role": None if view.role is None else _ROLES[view.role],
        "requested": view.standing == "requested",
        "invited": view.standing == "invited",
        "blocked_by": view.standing == "banned",
        "pending_requests": view.requests_count > 0,
        "muting": False,
        "notifying": None,
    }


def group_member(person: AccountView, role: Role, group_id: int, since: datetime | None = None) -> Entity:
    """The id names the membership, not the person: clients keep the members of all groups in one place."""
    return {
        "id": f"{group_id}-{person.id}",
        "account": account(person),
        "role": _ROLES[role],
        "created_at": moment_or_null(since),
    }


def membership_request(view: RequestView) -> Entity:
    """Who asks to join. `new_domain`: letting this person in discloses the group to that domain, and needs its name in `admit_domain`."""
    return account(view.account) | {
        "request": {"new_domain": view.new_domain or None, "created_at": moment(view.since)}
    }


def group_invitation(view: InvitationView) -> Entity:
    return account(view.account) | {
        "invitation": {
            "inviter": account(view.inviter) if view.inviter is not None else None,
            "created_at": moment(view.since),
        }
    }


def group_node(view: GroupNodeView) -> Entity:
    """A node that the group is disclosed to, and on whose word."""
    return {
        "domain": view.host,
        "state": view.state,
        "members_count": view.members,
        "admitted_by": account(view.admitted_by) if view.admitted_by is not None else None,
        "admitted_at": moment(view.admitted_at),
        "reason": view.reason or None,
    }
