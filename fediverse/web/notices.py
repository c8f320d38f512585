"""What a page says after something was done: one short sentence, once. The browser carries only its name, so that nobody can put words on a page."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from fediverse.web.translations import sentence

COOKIE: Final = "notice"
_LIFETIME_S: Final = 30

NOTICES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "posted": sentence("Your post is out."),
        "edited": sentence("Your changes are saved. People who already read the post may see what changed."),
        "deleted": sentence("The post is deleted. The other nodes are told to delete their copies."),
        "followed": sentence("You follow this person."),
        "requested": sentence("Your request was sent. You follow this person once it is accepted."),
        "unfollowed": sentence("You no longer follow this person."),
        "blocked": sentence("This person is blocked: you no longer see each other."),
        "unblocked": sentence("This person is no longer blocked."),
        "muted": sentence("This person is muted: you no longer see what they post."),
        "unmuted": sentence("This person is no longer muted."),
        "accepted": sentence("Accepted. This person follows you now."),
        "rejected": sentence("Declined. This person does not follow you."),
        "saved": sentence("Saved."),
        "password_changed": sentence("Your password is changed."),
        "revoked": sentence("The app no longer has access."),
        "cleared": sentence("All notifications are cleared."),
        "pinned": sentence("The post is pinned to your profile."),
        "unpinned": sentence("The post is no longer pinned."),
        "rule_added": sentence("The rule is in force."),
        "draft_added": sentence("The draft is saved. It has no effect until you publish it."),
        "draft_published": sentence("The draft is now a rule in force."),
        "draft_discarded": sentence("The draft is discarded."),
        "hold_lifted": sentence("The hold is lifted. What waited is sent now."),
        "rule_removed": sentence("The rule is removed. Nothing was deleted."),
        "imported": sentence("The list is imported as drafts. Look through them, then publish."),
        "copies_deleted": sentence("The copies from this domain are being deleted."),
        "retried": sentence("The deliveries will be tried again now."),
        "dropped": sentence("The deliveries are dropped."),
        "account_disabled": sentence("The account is disabled and signed out everywhere."),
        "account_enabled": sentence("The account is enabled again."),
    }
)


def redirect(path: str, notice: str = "") -> Response:
    """Sends the browser to *path* of this node after a form, to be told the notice of that name (a key of NOTICES)."""
    response = RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
    if notice:
        assert notice in NOTICES
        response.set_cookie(COOKIE, notice, max_age=_LIFETIME_S, httponly=True, samesite="lax")
    return response


def notice_of(request: Request) -> str:
    """The sentence to show, in English; empty when there is none."""
    return NOTICES.get(request.cookies.get(COOKIE, ""), "")
