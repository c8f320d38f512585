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
        "posted_in_group": sentence("Your post is out. It is for the members of the group in which it stands."),
        "answered_in_group": sentence("Your answer is out. It is for the members of the group, as what it answers is."),
        "answered_narrower": sentence(
            "Your answer is out, for fewer people than you chose: what it answers is for no more."
        ),
        "quoted_narrower": sentence(
            "Your post is out, for fewer people than you chose: what it quotes is for no more."
        ),
        "posted_in_company": sentence("Your post is out. At this company, “public” means the company alone."),
        "scheduled": sentence("Your post waits for its time."),
        "unscheduled": sentence("The post will not be published."),
        "voted": sentence("Your vote is counted."),
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
        "list_made": sentence("The list is made. Put people into it from their profiles."),
        "list_deleted": sentence("The list is deleted."),
        "listed": sentence("The person is in the list now."),
        "unlisted": sentence("The person is no longer in the list."),
        "group_made": sentence("The group is made. Invite the first people on the page of its members."),
        "group_joined": sentence("You are a member of the group now."),
        "group_asked": sentence("Your request was sent. You are a member once a moderator lets you in."),
        "group_unasked": sentence("Your request is taken back."),
        "group_left": sentence("You are no longer a member of the group."),
        "group_declined": sentence("The invitation is declined."),
        "group_approved": sentence("This person is a member now."),
        "group_refused": sentence("The request is declined."),
        "group_invited": sentence("The invitation is sent."),
        "group_withdrawn": sentence("The invitation is taken back."),
        "group_role_set": sentence("The role is changed."),
        "group_removed": sentence("This person is no longer a member."),
        "group_banned": sentence("This person is no longer a member and cannot come back."),
        "group_unbanned": sentence("This person may ask to join again."),
        "group_domains_set": sentence("The companies of the group are changed."),
        "group_post_out": sentence(
            "The post is taken out of the group. The other nodes are told to delete their copies."
        ),
        "group_deleted": sentence("The group is deleted. The other nodes are told to delete their copies."),
        "tag_followed": sentence("You follow this tag: public posts with it stand in Home."),
        "tag_unfollowed": sentence("You no longer follow this tag."),
        "password_changed": sentence("Your password is changed."),
        "revoked": sentence("The app no longer has access."),
        "cleared": sentence("All notifications are cleared."),
        "let_in": sentence("You hear of this person from now on."),
        "waved_away": sentence("What waited from this person is gone."),
        "thread_muted": sentence("This conversation is muted: you are no longer told what happens in it."),
        "thread_unmuted": sentence("This conversation is no longer muted."),
        "filter_added": sentence("The filter is in force."),
        "filter_deleted": sentence("The filter is deleted."),
        "quote_revoked": sentence("Your post is taken out of the quote. The other nodes are told."),
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
        "reported": sentence("Thank you. The moderators will look at it."),
        "report_assigned": sentence("You look after this report."),
        "report_resolved": sentence("The report is resolved."),
        "report_reopened": sentence("The report is open again."),
        "measure_taken": sentence("Done. The person concerned is told."),
        "measure_undone": sentence("The measure is undone."),
        "data_deleted": sentence("Everything of this account is being deleted."),
        "not_confirmed": sentence("Nothing was deleted: tick the box if you are sure."),
        "announced": sentence("Everybody sees it from now on."),
        "announcement_removed": sentence("The announcement is taken back."),
        "push_service_added": sentence("Notifications may leave for this service from now on."),
        "push_service_removed": sentence("Nothing is sent to this service any more."),
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
