"""The whole URL map on one page, grouped by door. A test reads it: a route that is open to strangers, or that nobody drives, shows there.

Each door renders its own refusals: an endpoint raises, and what answers is the door's `render_error`. Two addresses serve two readers, a browser and
another server; `_either` tells them apart by what they accept.
"""

from collections.abc import Awaitable, Callable, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from fediverse.errors import FediverseError, NotFound
from fediverse.federation import discovery, inbox, objects, outbox
from fediverse.federation.errors import render_error as federation_error
from fediverse.ids import LARGEST_ID
from fediverse.log import get
from fediverse.mastodon import (
    absent,
    accounts,
    apps,
    instance,
    media,
    notifications,
    oauth,
    profile,
    reactions,
    relations,
    reports,
    search,
    statuses,
    timelines,
)
from fediverse.mastodon.errors import render_error as mastodon_error
from fediverse.mastodon.errors import render_failure
from fediverse.web import accounts as account_pages
from fediverse.web import apps as app_pages
from fediverse.web import (
    compose,
    consent,
    files,
    health,
    preferences,
    sign_in,
    static,
)
from fediverse.web import notifications as notification_pages
from fediverse.web import posts as post_pages
from fediverse.web import reactions as reaction_forms
from fediverse.web import relations as relation_pages
from fediverse.web import search as search_pages
from fediverse.web import timelines as timeline_pages
from fediverse.web.admin import check as admin_check
from fediverse.web.admin import deliveries as admin_deliveries
from fediverse.web.admin import domains as admin_domains
from fediverse.web.admin import people as admin_people
from fediverse.web.errors import render_error as web_error

Endpoint = Callable[[Request], Awaitable[Response]]
RenderError = Callable[[Request, FediverseError], Response | Awaitable[Response]]
Line = tuple[str, str, Endpoint]

_log = get(__name__)
_AS2 = ("application/activity+json", "application/ld+json")


# ── client apps: the Mastodon API ─────────────────────────────────────────────────────────────────

MASTODON: Sequence[Line] = (
    # apps, OAuth, discovery
    ("POST", "/api/v1/apps", apps.register),
    ("GET", "/api/v1/apps/verify_credentials", apps.verify_credentials),
    ("POST", "/oauth/token", oauth.token),
    ("POST", "/oauth/revoke", oauth.revoke),
    ("GET POST", "/oauth/userinfo", oauth.user_info),
    ("GET", "/.well-known/oauth-authorization-server", oauth.metadata),
    ("GET", "/api/v2/instance", instance.show),
    ("GET", "/api/v1/instance", instance.show_v1),
    ("GET", "/api/v1/instance/rules", absent.empty_list),
    ("GET", "/api/v1/instance/extended_description", instance.extended_description),
    ("GET", "/api/v1/instance/privacy_policy", instance.privacy_policy),
    ("GET", "/api/v1/instance/terms_of_service", absent.not_found),
    ("GET", "/api/v1/instance/translation_languages", absent.empty_object),
    ("GET", "/api/v1/instance/domain_blocks", absent.empty_list),
    ("GET", "/api/v1/instance/peers", instance.peers),
    ("GET", "/api/v1/instance/activity", absent.empty_list),
    ("GET", "/api/v1/instance/languages", instance.languages),
    ("GET", "/api/v1/custom_emojis", instance.custom_emojis),
    ("GET", "/health", instance.health),
    # one's own account
    ("GET", "/api/v1/accounts/verify_credentials", profile.verify_credentials),
    ("PATCH", "/api/v1/accounts/update_credentials", profile.update_credentials),
    ("DELETE", "/api/v1/profile/avatar", profile.remove_avatar),
    ("DELETE", "/api/v1/profile/header", profile.remove_header),
    ("GET", "/api/v1/preferences", profile.preferences),
    # accounts
    ("POST", "/api/v1/accounts", accounts.register),
    ("GET", "/api/v1/accounts", accounts.several),
    ("GET", "/api/v1/accounts/lookup", accounts.lookup),
    ("GET", "/api/v1/accounts/search", accounts.search),
    ("GET", "/api/v1/accounts/relationships", relations.relationships),
    ("GET", "/api/v1/accounts/familiar_followers", accounts.familiar_followers),
    ("GET", "/api/v1/accounts/{id}", accounts.show),
    ("GET", "/api/v1/accounts/{id}/statuses", accounts.statuses),
    ("GET", "/api/v1/accounts/{id}/followers", accounts.followers),
    ("GET", "/api/v1/accounts/{id}/following", accounts.following),
    ("GET", "/api/v1/accounts/{id}/lists", absent.empty_list),
    ("GET", "/api/v1/accounts/{id}/featured_tags", absent.empty_list),
    ("GET", "/api/v1/accounts/{id}/identity_proofs", absent.empty_list),
    ("GET", "/api/v1/accounts/{id}/endorsements", absent.empty_list),
    ("POST", "/api/v1/accounts/{id}/follow", relations.follow),
    ("POST", "/api/v1/accounts/{id}/unfollow", relations.unfollow),
    ("POST", "/api/v1/accounts/{id}/remove_from_followers", relations.remove_from_followers),
    ("POST", "/api/v1/accounts/{id}/block", relations.block),
    ("POST", "/api/v1/accounts/{id}/unblock", relations.unblock),
    ("POST", "/api/v1/accounts/{id}/mute", relations.mute),
    ("POST", "/api/v1/accounts/{id}/unmute", relations.unmute),
    ("GET", "/api/v1/follow_requests", relations.follow_requests),
    ("POST", "/api/v1/follow_requests/{id}/authorize", relations.authorize),
    ("POST", "/api/v1/follow_requests/{id}/reject", relations.reject),
    ("GET", "/api/v1/blocks", relations.blocks),
    ("GET", "/api/v1/mutes", relations.mutes),
    ("GET", "/api/v1/domain_blocks", absent.empty_list),
    ("GET", "/api/v1/endorsements", absent.empty_list),
    ("GET", "/api/v1/directory", accounts.directory),
    ("GET", "/api/v1/suggestions", absent.empty_list),
    ("GET", "/api/v2/suggestions", absent.empty_list),
    ("GET", "/api/v1/followed_tags", absent.empty_list),
    ("GET", "/api/v1/featured_tags", absent.empty_list),
    ("GET", "/api/v1/featured_tags/suggestions", absent.empty_list),
    ("GET", "/api/v1/tags/{name}", search.tag),
    # statuses
    ("POST", "/api/v1/statuses", statuses.create),
    ("GET", "/api/v1/statuses", statuses.several),
    ("GET", "/api/v1/statuses/{id}", statuses.show),
    ("PUT", "/api/v1/statuses/{id}", statuses.edit),
    ("DELETE", "/api/v1/statuses/{id}", statuses.delete),
    ("GET", "/api/v1/statuses/{id}/source", statuses.source),
    ("GET", "/api/v1/statuses/{id}/history", statuses.history),
    ("GET", "/api/v1/statuses/{id}/context", statuses.context),
    ("POST", "/api/v1/statuses/{id}/favourite", reactions.favourite),
    ("POST", "/api/v1/statuses/{id}/unfavourite", reactions.unfavourite),
    ("POST", "/api/v1/statuses/{id}/reblog", reactions.reblog),
    ("POST", "/api/v1/statuses/{id}/unreblog", reactions.unreblog),
    ("POST", "/api/v1/statuses/{id}/bookmark", reactions.bookmark),
    ("POST", "/api/v1/statuses/{id}/unbookmark", reactions.unbookmark),
    ("POST", "/api/v1/statuses/{id}/pin", reactions.pin),
    ("POST", "/api/v1/statuses/{id}/unpin", reactions.unpin),
    ("POST", "/api/v1/statuses/{id}/mute", reactions.mute),
    ("POST", "/api/v1/statuses/{id}/unmute", reactions.mute),
    ("GET", "/api/v1/statuses/{id}/favourited_by", reactions.favourited_by),
    ("GET", "/api/v1/statuses/{id}/reblogged_by", reactions.reblogged_by),
    ("GET", "/api/v1/favourites", reactions.favourites),
    ("GET", "/api/v1/bookmarks", reactions.bookmarks),
    ("GET", "/api/v1/scheduled_statuses", absent.empty_list),
    # timelines
    ("GET", "/api/v1/timelines/home", timelines.home),
    ("GET", "/api/v1/timelines/public", timelines.public),
    ("GET", "/api/v1/timelines/tag/{name}", timelines.tag),
    ("GET", "/api/v1/timelines/list/{id}", absent.not_found),
    ("GET", "/api/v1/timelines/link", absent.empty_list),
    ("GET", "/api/v1/timelines/direct", absent.empty_list),
    ("GET", "/api/v1/conversations", absent.empty_list),
    # media
    ("POST", "/api/v1/media", media.upload),
    ("POST", "/api/v2/media", media.upload),
    ("GET", "/api/v1/media/{id}", media.show),
    ("PUT", "/api/v1/media/{id}", media.describe),
    ("DELETE", "/api/v1/media/{id}", media.discard),
    # notifications, markers
    ("GET", "/api/v1/notifications", notifications.notifications),
    ("GET", "/api/v1/notifications/unread_count", notifications.unread_count),
    ("GET PATCH PUT", "/api/v1/notifications/policy", notifications.policy_v1),
    ("GET PATCH PUT", "/api/v2/notifications/policy", notifications.policy),
    ("GET", "/api/v1/notifications/requests", absent.empty_list),
    ("GET", "/api/v1/notifications/requests/merged", notifications.requests_merged),
    ("POST", "/api/v1/notifications/clear", notifications.clear),
    ("GET", "/api/v1/notifications/{id}", notifications.show),
    ("POST", "/api/v1/notifications/{id}/dismiss", notifications.dismiss),
    ("GET", "/api/v1/markers", notifications.markers),
    ("POST", "/api/v1/markers", notifications.set_markers),
    ("POST", "/api/v1/reports", reports.create),
    # search, and what this node does not have: the answer of a server that has it switched off
    ("GET", "/api/v2/search", search.search),
    ("GET", "/api/v1/search", search.search_v1),
    ("GET", "/api/v1/lists", absent.empty_list),
    ("GET", "/api/v1/lists/{id}", absent.not_found),
    ("GET", "/api/v1/filters", absent.empty_list),
    ("GET", "/api/v2/filters", absent.empty_list),
    ("GET", "/api/v1/announcements", absent.empty_list),
    ("GET", "/api/v1/trends", absent.empty_list),
    ("GET", "/api/v1/trends/tags", absent.empty_list),
    ("GET", "/api/v1/trends/statuses", absent.empty_list),
    ("GET", "/api/v1/trends/links", absent.empty_list),
    ("GET", "/api/v1/push/subscription", absent.not_found),
    ("GET POST PUT PATCH DELETE", "/api/{anything:path}", absent.not_found),
)

# ── other servers: ActivityPub ────────────────────────────────────────────────────────────────────

FEDERATION: Sequence[Line] = (
    ("GET", "/.well-known/webfinger", discovery.webfinger),
    ("GET", "/.well-known/host-meta", discovery.host_meta),
    ("GET", "/.well-known/nodeinfo", discovery.nodeinfo_links),
    ("GET", "/nodeinfo/{version}", discovery.nodeinfo),
    ("GET", "/actor", objects.instance_actor),
    ("GET", "/actor/outbox", objects.instance_collection),
    ("GET", "/actor/followers", objects.instance_collection),
    ("GET", "/actor/following", objects.instance_collection),
    ("POST", "/actor/inbox", inbox.shared_inbox),
    ("POST", "/inbox", inbox.shared_inbox),
    ("POST", "/users/{username}/inbox", inbox.inbox),
    ("GET", "/users/{username}/inbox", outbox.read_inbox),
    ("POST", "/users/{username}/outbox", outbox.post_outbox),
    ("GET", "/users/{username}/outbox", objects.outbox),
    ("GET", "/users/{username}/followers", objects.followers),
    ("GET", "/users/{username}/following", objects.following),
    ("GET", "/users/{username}/collections/featured", objects.featured),
    ("GET", "/users/{username}/posts/{post_id}/activity", objects.post_activity),
    ("GET", "/users/{username}/posts/{post_id}/replies", objects.replies),
    ("GET", "/users/{username}/posts/{post_id}/likes", objects.likes),
    ("GET", "/users/{username}/posts/{post_id}/shares", objects.shares),
    ("GET", "/activities/{activity_id}", objects.other_activity),
)

# ── people with browsers ──────────────────────────────────────────────────────────────────────────

WEB: Sequence[Line] = (
    # access
    ("GET", "/auth/sign_in", sign_in.sign_in_page),
    ("POST", "/auth/sign_in", sign_in.sign_in),
    ("POST", "/auth/sign_out", sign_in.sign_out),
    ("GET", "/oauth/authorize", consent.consent_page),
    ("POST", "/oauth/authorize", consent.consent),
    # reading
    ("GET", "/", timeline_pages.home),
    ("GET", "/company", timeline_pages.company),
    ("GET", "/network", timeline_pages.network),
    ("GET", "/tags/{name}", timeline_pages.tag),
    ("GET", "/bookmarks", timeline_pages.bookmarks),
    ("GET", "/likes", timeline_pages.likes),
    ("GET", "/notifications", notification_pages.show),
    ("POST", "/notifications/clear", notification_pages.clear),
    ("GET", "/search", search_pages.show),
    ("GET", "/people", account_pages.people),
    ("GET", "/requests", relation_pages.requests_page),
    ("GET", "/silenced", relation_pages.silenced_page),
    # writing
    ("GET", "/compose", compose.compose_page),
    ("POST", "/compose", compose.publish),
    ("GET", "/posts/{post_id:int}/edit", post_pages.edit_page),
    ("POST", "/posts/{post_id:int}/edit", post_pages.edit),
    ("GET", "/posts/{post_id:int}/delete", post_pages.delete_page),
    ("POST", "/posts/{post_id:int}/delete", post_pages.delete),
    ("POST", "/posts/{post_id:int}/like", reaction_forms.like),
    ("POST", "/posts/{post_id:int}/unlike", reaction_forms.unlike),
    ("POST", "/posts/{post_id:int}/boost", reaction_forms.boost),
    ("POST", "/posts/{post_id:int}/unboost", reaction_forms.unboost),
    ("POST", "/posts/{post_id:int}/bookmark", reaction_forms.bookmark),
    ("POST", "/posts/{post_id:int}/unbookmark", reaction_forms.unbookmark),
    ("POST", "/posts/{post_id:int}/pin", reaction_forms.pin),
    ("POST", "/posts/{post_id:int}/unpin", reaction_forms.unpin),
    ("POST", "/accounts/{account_id:int}/follow", relation_pages.follow),
    ("POST", "/accounts/{account_id:int}/unfollow", relation_pages.unfollow),
    ("POST", "/accounts/{account_id:int}/accept", relation_pages.accept),
    ("POST", "/accounts/{account_id:int}/reject", relation_pages.reject),
    ("POST", "/accounts/{account_id:int}/block", relation_pages.block),
    ("POST", "/accounts/{account_id:int}/unblock", relation_pages.unblock),
    ("POST", "/accounts/{account_id:int}/mute", relation_pages.mute),
    ("POST", "/accounts/{account_id:int}/unmute", relation_pages.unmute),
    # settings
    ("GET", "/settings/profile", preferences.profile_page),
    ("POST", "/settings/profile", preferences.change_profile),
    ("GET", "/settings/preferences", preferences.preferences_page),
    ("POST", "/settings/preferences", preferences.change_preferences),
    ("POST", "/settings/password", preferences.change_password),
    ("GET", "/settings/apps", app_pages.show),
    ("POST", "/settings/apps/{token_id:int}/revoke", app_pages.revoke),
    # administration
    ("GET", "/admin/domains", admin_domains.show),
    ("GET", "/admin/domains/add", admin_domains.add_page),
    ("POST", "/admin/domains/add", admin_domains.add),
    ("POST", "/admin/domains/hold", admin_domains.hold),
    ("POST", "/admin/domains/lift", admin_domains.lift),
    ("GET", "/admin/domains/remove", admin_domains.remove_page),
    ("POST", "/admin/domains/remove", admin_domains.remove),
    ("GET", "/admin/domains/purge", admin_domains.purge_page),
    ("POST", "/admin/domains/purge", admin_domains.purge),
    ("POST", "/admin/domains/publish", admin_domains.publish_draft),
    ("POST", "/admin/domains/discard", admin_domains.discard_draft),
    ("POST", "/admin/domains/import", admin_domains.import_list),
    ("GET", "/admin/domains/export/{form}", admin_domains.export_list),
    ("GET", "/admin/domains/check", admin_check.show),
    ("GET", "/admin/deliveries", admin_deliveries.show),
    ("GET", "/admin/deliveries/drop", admin_deliveries.drop_page),
    ("POST", "/admin/deliveries/drop", admin_deliveries.drop),
    ("POST", "/admin/deliveries/retry", admin_deliveries.retry),
    ("GET", "/admin/people", admin_people.show),
    ("POST", "/admin/people/create", admin_people.create),
    ("POST", "/admin/people/{account_id:int}/disable", admin_people.disable),
    ("POST", "/admin/people/{account_id:int}/enable", admin_people.enable),
    # files and health
    ("GET", "/media/{media_id:int}/{variant}", files.attachment),
    ("GET", "/avatars/{account_id:int}/{which}", files.avatar),
    ("GET", "/emoji/{domain}/{shortcode}", files.emoji),
    ("GET", "/static/{name:path}", static.static),
    ("GET", "/healthz", health.healthz),
    ("GET", "/readyz", health.readyz),
    ("GET", "/metrics", health.metrics),
    # people and their posts, last: these match most
    ("GET", "/@{acct}/followers", account_pages.followers),
    ("GET", "/@{acct}/following", account_pages.following),
    ("GET", "/@{acct}/{post_id:int}/history", post_pages.history),
    ("GET", "/@{acct}/{post_id:int}/likes", post_pages.likes),
    ("GET", "/@{acct}/{post_id:int}/boosts", post_pages.boosts),
)


async def _profile_of(request: Request) -> Response:
    return RedirectResponse(f"/@{request.path_params['username']}", 302)


async def _page_of_post(request: Request) -> Response:
    return RedirectResponse(f"/@{request.path_params['username']}/{request.path_params['post_id']}", 302)


async def _actor_of(request: Request) -> Response:
    return RedirectResponse(f"/users/{request.path_params['acct']}", 302)


async def _post_of(request: Request) -> Response:
    return RedirectResponse(f"/users/{request.path_params['acct']}/posts/{request.path_params['post_id']}", 302)


def _guarded(endpoint: Endpoint, render: RenderError) -> Endpoint:
    """The endpoint, with what it raises said in its door's way."""

    async def guarded(request: Request) -> Response:
        try:
            _require_possible_ids(request)
            return await endpoint(request)
        except FediverseError as problem:
            answer = render(request, problem)
            return answer if isinstance(answer, Response) else await answer

    guarded.__name__ = f"{endpoint.__module__}.{endpoint.__qualname__}"
    return guarded


def _require_possible_ids(request: Request) -> None:
    """Raises NotFound for a number in the path that no column holds: the engines would rather fail than find nothing."""
    if any(isinstance(value, int) and value > LARGEST_ID for value in request.path_params.values()):
        raise NotFound


def _never_silent(endpoint: Endpoint) -> Endpoint:
    """A fault of ours is JSON too, inside the layer that adds the cross-origin headers: a browser's client would see "Failed to fetch" otherwise."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Exception as problem:
            _log.exception("request.failed", path=request.url.path)
            return render_failure(request, problem)

    answered.__name__ = endpoint.__name__
    return answered


def _either(for_servers: Endpoint, for_people: Endpoint) -> Endpoint:
    """*for_servers* when ActivityStreams is what is accepted, else *for_people*."""
    server, person = _guarded(for_servers, federation_error), _guarded(for_people, web_error)

    async def chosen(request: Request) -> Response:
        wanted = request.headers.get("accept", "")
        response = await (server if any(name in wanted for name in _AS2) else person)(request)
        response.headers.add_vary_header("Accept")
        return response

    chosen.__name__ = server.__name__
    return chosen


def _routes(lines: Sequence[Line], render: RenderError) -> list[Route]:
    return [Route(path, _guarded(endpoint, render), methods=methods.split()) for methods, path, endpoint in lines]


ROUTES: Sequence[Route] = (
    *_routes(FEDERATION, federation_error),  # first, as each line before the inbox is asked a thousand times a second
    *[
        Route(path, _never_silent(_guarded(endpoint, mastodon_error)), methods=methods.split())
        for methods, path, endpoint in MASTODON
    ],
    *_routes(WEB, web_error),
    Route("/users/{username}", _either(objects.actor, _profile_of), methods=["GET"]),
    Route("/users/{username}/posts/{post_id}", _either(objects.post, _page_of_post), methods=["GET"]),
    Route("/@{acct}", _either(_actor_of, account_pages.profile), methods=["GET"]),
    Route("/@{acct}/{post_id:int}", _either(_post_of, post_pages.show), methods=["GET"]),
)
