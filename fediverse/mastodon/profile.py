"""The caller's own account: who am I, change my profile, my preferences."""

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import media
from fediverse.actions import profiles as verbs
from fediverse.actions.profiles import ProfileChange
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
    await _change(me, await parameters(request))
    return await _own_account(me)


async def show(request: Request) -> Response:
    """The profile as its owner edits it: texts as they were typed."""
    me = await caller(request, "read:accounts", "profile")
    return await _own_profile(me)


async def update(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await _change(me, await parameters(request))
    return await _own_profile(me)


async def remove_avatar(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await media.set_avatar(me.node, me.id, None)
    await verbs.update_profile(me.node, me.id, ProfileChange(avatar_alt=""))
    return await _own_account(me)


async def remove_header(request: Request) -> Response:
    me = await caller(request, "write:accounts")
    await media.set_header(me.node, me.id, None)
    await verbs.update_profile(me.node, me.id, ProfileChange(header_alt=""))
    return await _own_account(me)


async def preferences(request: Request) -> Response:
    me = await caller(request, "read:accounts")
    return answer(entities.preferences(await accounts.user(me.node, me.id)))


async def _change(me: Caller, asked: Parameters) -> None:
    await verbs.update_profile(me.node, me.id, _profile_change(asked))
    if (avatar := asked.upload("avatar")) is not None:
        await media.set_avatar(me.node, me.id, avatar.data)
    if (header := asked.upload("header")) is not None:
        await media.set_header(me.node, me.id, header.data)


async def _own_profile(me: Caller) -> Response:
    view = await accounts.account(me.node, me.id, me.id)
    return answer(entities.profile(view, await accounts.user(me.node, me.id)))


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
        avatar_alt=asked.text("avatar_description"),
        header_alt=asked.text("header_description"),
        attribution_domains=tuple(asked.texts("attribution_domains")) if "attribution_domains" in asked else None,
        show_media=asked.flag("show_media"),
        show_media_replies=asked.flag("show_media_replies"),
        show_featured=asked.flag("show_featured"),
        default_visibility=_default_visibility(source),
        default_sensitive=source.flag("sensitive"),
        default_language=source.text("language"),
        default_quote_policy=source.word("quote_policy") or None,
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
