"""The caller's own account: who am I, change my profile, my preferences."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import accounts as verbs
from fediverse.actions import media
from fediverse.actions.accounts import ProfileChange
from fediverse.errors import Invalid
from fediverse.mastodon import entities
from fediverse.mastodon.accounts import moved_to
from fediverse.mastodon.answers import answer
from fediverse.mastodon.authorization import Caller, caller
from fediverse.mastodon.drafts import visibility_of
from fediverse.mastodon.parameters import Parameters
from fediverse.mastodon.request_body import parameters
from fediverse.queries import accounts, relations
from fediverse.queries.views import Page

_REQUESTS_COUNTED = 80


async def verify_credentials(request: Request) -> Response:
    """The scope `profile` alone learns no more than everybody sees."""
    me = await caller(request, "read:accounts", "profile")
    if not me.access.may("read:accounts"):
        return answer(entities.account(await accounts.account(me.node, me.id, me.id)))
    return await _own_account(me)


async def update_credentials(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    asked = await parameters(request)
    change = _profile_change(asked)
    await verbs.update_profile(me.node, me.id, change)
    if (avatar := asked.upload("avatar")) is not None:
        await media.set_avatar(me.node, me.id, avatar.data)
    if (header := asked.upload("header")) is not None:
        await media.set_header(me.node, me.id, header.data)
    return await _own_account(me)


async def remove_avatar(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await media.set_avatar(me.node, me.id, None)
    return await _own_account(me)


async def remove_header(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await media.set_header(me.node, me.id, None)
    return await _own_account(me)


async def preferences(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    return answer(entities.preferences(await accounts.user(me.node, me.id)))


async def _own_account(me: Caller) -> Response:
    view = await accounts.account(me.node, me.id, me.id)
    user = await accounts.user(me.node, me.id)
    waiting = await relations.follow_requests(me.node, me.id, Page(limit=_REQUESTS_COUNTED))
    return answer(entities.credential_account(view, user, len(waiting), await moved_to(me, view)))


def _profile_change(asked: Parameters) -> ProfileChange:
    source = asked.inner("source")
    return ProfileChange(
        display_name=asked.text("display_name"),
        note=asked.text("note"),
        fields=_fields(asked),
        locked=asked.flag("locked"),
        bot=asked.flag("bot"),
        discoverable=asked.flag("discoverable"),
        indexable=asked.flag("indexable"),
        hide_collections=asked.flag("hide_collections"),
        default_visibility=_default_visibility(source),
        default_sensitive=source.flag("sensitive"),
        default_language=source.text("language"),
    )


def _fields(asked: Parameters) -> tuple[tuple[str, str], ...] | None:
    """All fields of the profile anew, empty ones left out; None when none were sent."""
    if "fields_attributes" not in asked:
        return None
    sent = (
        (item.word("name"), item.word("value"))
        for item in asked.items("fields_attributes")
        if not item.flag("_destroy")
    )
    return tuple((name, value) for name, value in sent if name or value)


def _default_visibility(source: Parameters) -> str | None:
    word = source.word("privacy")
    if not word:
        return None
    visibility, local_only = visibility_of(word)
    if local_only:
        raise Invalid("Validation failed: Visibility is not included in the list")
    return visibility
