"""Groups for the clients that know them (pl-fe, Soapbox): find one, make one, change it, join it, read it. Who is in it is in `group_members`; for all other
clients a group is an account to follow and to mention.

Every endpoint asks for the group as the caller may know it before anything else: a secret group answers like an id that does not exist.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import group_members, group_takedowns, media, relations
from fediverse.actions import groups as verbs
from fediverse.actions.groups import GroupChange, GroupDraft
from fediverse.errors import Invalid
from fediverse.mastodon import entities
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.paging import limit_of, offset_of, page_of
from fediverse.mastodon.parameters import Parameters, record_id
from fediverse.mastodon.request_body import parameters, query
from fediverse.mastodon.shown import list_statuses, statuses
from fediverse.policy.groups import ACCESSES, POSTINGS, Access
from fediverse.queries import groups, posts, timelines
from fediverse.queries.group_views import GroupView

_MOST_AT_ONCE = 40
_LONGEST_NAME = 30
# Soapbox asks who may join in these words.
_ACCESS_OF_VISIBILITY: dict[str, Access] = {"everyone": "open", "members_only": "closed"}

Word = TypeVar("Word", bound=str)


async def index(request: Request) -> Response:
    """The caller's, those that were asked or invited to as well."""
    me = await caller(request, "read:groups")
    return _several(me, await groups.mine(me.node, me.id))


async def create(request: Request) -> Response:
    """Closed unless the client says otherwise. A client that has no field for the name sends a title alone."""
    me = await caller(request, "write:groups")
    asked = await parameters(request)
    draft = GroupDraft(
        asked.word("name") or _name_from(asked.word("display_name")),
        display_name=asked.word("display_name"),
        note=asked.text("note") or "",
        access=_access_in(asked),
        posting=_one_of(POSTINGS, asked.word("posting") or "members", "posting"),
        domains=_domains_in(asked),
    )
    made = await verbs.create(me.node, me.id, draft)
    await _set_pictures(me, made, asked)
    return await _one(me, made)


async def show(request: Request) -> Response:
    me = await caller(request, "read:groups")
    return await _one(me, group_id(request))


async def update(request: Request) -> Response:
    """What is not sent stays as it is. `domains` is the whole list anew."""
    me = await caller(request, "write:groups")
    number = group_id(request)
    asked = await parameters(request)
    await verbs.update(me.node, me.id, number, _change(asked))
    if "domains" in asked or asked.cleared("domains"):
        await verbs.set_domains(me.node, me.id, number, _domains_in(asked))
    await _set_pictures(me, number, asked)
    return await _one(me, number)


async def delete(request: Request) -> Response:
    me = await caller(request, "write:groups")
    await verbs.delete(me.node, me.id, group_id(request))
    return answer({})


async def relationships(request: Request) -> Response:
    """In the order asked; what is unknown or hidden is left out."""
    me = await caller(request, "read:groups")
    wanted = query(request).records("id")[:_MOST_AT_ONCE]
    views = await groups.several(me.node, me.id, wanted)
    return answer([entities.group_relationship(view) for view in views])


async def lookup(request: Request) -> Response:
    """By name, without asking anybody else."""
    me = await caller(request, "read:groups")
    view = await groups.by_name(me.node, me.id, query(request).word("name").lstrip("@!"))
    return answer(entities.group(view, me.node.settings.domain))


async def search(request: Request) -> Response:
    me = await caller(request, "read:groups")
    asked = query(request)
    text = asked.word("q")
    limit, offset = limit_of(asked, usual=20, most=40), offset_of(asked)
    return _several(me, await groups.search(me.node, me.id, text, limit, offset) if text else [])


async def directory(request: Request) -> Response:
    me = await caller(request, "read:groups")
    asked = query(request)
    limit, offset = limit_of(asked, usual=40, most=80), offset_of(asked)
    return _several(me, await groups.directory(me.node, me.id, limit, offset))


async def join(request: Request) -> Response:
    """Or ask to: as following the group's account does."""
    me = await caller(request, "write:groups")
    view = await groups.group(me.node, me.id, group_id(request))
    await relations.follow(me.node, me.id, view.id)
    return await relationship(me, view.id)


async def leave(request: Request) -> Response:
    """Or take one's request back, or decline an invitation. A secret group is unknown to the caller from then on."""
    me = await caller(request, "write:groups")
    view = await groups.group(me.node, me.id, group_id(request))
    if view.standing == "invited":
        await group_members.decline(me.node, me.id, view.id)
    else:
        await relations.unfollow(me.node, me.id, view.id)
    return answer(entities.group_relationship(replace(view, standing="", requests_count=0)))


async def nodes(request: Request) -> Response:
    """The nodes that the group is disclosed to."""
    me = await caller(request, "read:groups")
    found = await groups.nodes(me.node, me.id, group_id(request))
    return answer([entities.group_node(view) for view in found])


async def remove_status(request: Request) -> Response:
    """By a moderator, or by who wrote it. The answer is the status as it was."""
    me = await caller(request, "write:groups")
    number, post_id = group_id(request), record_id(request.path_params["post_id"])
    await groups.group(me.node, me.id, number)
    [shown] = await statuses(me, [await posts.post(me.node, me.id, post_id)], "public")
    await group_takedowns.take_out(me.node, me.id, number, post_id)
    return answer(shown)


async def timeline(request: Request) -> Response:
    """Nothing is pinned in a group: who asks for that gets nothing."""
    me = await caller(request, "read:statuses")
    asked = query(request)
    view = await groups.group(me.node, me.id, group_id(request))
    if asked.flag("pinned"):
        return answer([])
    page = page_of(asked, usual=20, most=40)
    found = await timelines.group(me.node, me.id, view.id, page, only_media=asked.flag("only_media") or False)
    return await list_statuses(request, me, found, "public")


async def relationship(me: Caller, number: int) -> Response:
    return answer(entities.group_relationship(await groups.group(me.node, me.id, number)))


def group_id(request: Request) -> int:
    """The group named in the path. Raises NotFound for what cannot be an id."""
    return record_id(request.path_params["id"])


async def _one(me: Caller, number: int) -> Response:
    return answer(entities.group(await groups.group(me.node, me.id, number), me.node.settings.domain))


def _several(me: Caller, views: Sequence[GroupView]) -> Response:
    return answer([entities.group(view, me.node.settings.domain) for view in views])


def _change(asked: Parameters) -> GroupChange:
    posting = asked.word("posting")
    return GroupChange(
        display_name=asked.text("display_name"),
        note=asked.text("note"),
        posting=_one_of(POSTINGS, posting, "posting") if posting else None,
        access=_access_in(asked) if "access" in asked or "group_visibility" in asked else None,
    )


def _domains_in(asked: Parameters) -> tuple[str, ...]:
    """A form without any of them sends one that is empty."""
    return tuple(text for text in asked.texts("domains") if text.strip())


async def _set_pictures(me: Caller, number: int, asked: Parameters) -> None:
    """After a verb that none but the group's owner comes through."""
    if (avatar := asked.upload("avatar")) is not None or asked.cleared("avatar"):
        await media.set_avatar(me.node, number, avatar.data if avatar else None)
    if (header := asked.upload("header")) is not None or asked.cleared("header"):
        await media.set_header(me.node, number, header.data if header else None)


def _access_in(asked: Parameters) -> Access:
    visibility = asked.word("group_visibility")
    if asked.word("access") or not visibility:
        return _one_of(ACCESSES, asked.word("access") or "closed", "access")
    if visibility not in _ACCESS_OF_VISIBILITY:
        raise _not_among("group_visibility", tuple(_ACCESS_OF_VISIBILITY))
    return _ACCESS_OF_VISIBILITY[visibility]


def _one_of(words: Sequence[Word], text: str, name: str) -> Word:
    for word in words:
        if word == text:
            return word
    raise _not_among(name, words)


def _not_among(name: str, words: Sequence[str]) -> Invalid:
    problem = f"must be one of {', '.join(words)}"
    return Invalid(f"Validation failed: {name} {problem}", details={name: [("ERR_INCLUSION", problem)]})


def _name_from(title: str) -> str:
    """`Projet Été 2027` → `projet_ete_2027`."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_NAME].strip("_")
