"""A person's own settings: the profile that others see, what stands in an empty form, the language, the password."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.actions import accounts as verbs
from fediverse.actions import media
from fediverse.actions import profiles as profile_verbs
from fediverse.actions import sessions as session_verbs
from fediverse.actions.limits import limiter_of
from fediverse.crypto.passwords import MIN_PASSWORD_CHARACTERS
from fediverse.errors import FediverseError, Invalid, NotSignedIn, RateLimited, Refused, TooLarge, UnsupportedMedia
from fediverse.node import Node, node_of
from fediverse.policy.content import MAX_FIELDS
from fediverse.policy.limits import SIGN_INS_PER_NAME
from fediverse.queries import accounts
from fediverse.queries.views import AccountView
from fediverse.web import pages, sessions
from fediverse.web.notices import redirect
from fediverse.web.quotes import LABELS as QUOTABLE_BY
from fediverse.web.translations import LOCALES, sentence
from fediverse.web.visits import Submission, Visit, enter, submitted

_MENDABLE: Final = (Invalid, Refused, TooLarge, UnsupportedMedia)
_SPARE_FIELDS: Final = 2
_VISIBILITIES: Final = ("public", "unlisted", "private")
WRITTEN: Final = (
    ("en", "English"),
    ("fr", "Français"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("it", "Italiano"),
    ("nl", "Nederlands"),
    ("pl", "Polski"),
    ("pt", "Português"),
)


@dataclass(frozen=True, slots=True)
class ProfileForm:
    """The profile as it stands in the form: texts as typed, with a few empty details to fill."""

    display_name: str
    note: str
    fields: tuple[tuple[str, str], ...]
    locked: bool
    discoverable: bool
    hide_collections: bool
    bot: bool


async def profile_page(request: Request) -> Response:
    visit = await enter(request)
    return _profile(request, _form_of(visit.account))


async def change_profile(request: Request) -> Response:
    submission = await submitted(request)
    node = node_of(request)
    form = _form_sent(submission)
    try:
        await profile_verbs.update_profile(node, submission.viewer_id, _change(form))
        await _change_images(node, submission)
    except _MENDABLE as problem:
        return _profile(request, form, problem)
    return redirect("/settings/profile", "saved")


async def preferences_page(request: Request) -> Response:
    return await _preferences(request, await enter(request))


async def change_preferences(request: Request) -> Response:
    submission = await submitted(request)
    visibility, locale = submission.text("default_visibility"), submission.text("locale")
    language = submission.text("default_language")
    quote_policy = submission.text("default_quote_policy")
    known = visibility in _VISIBILITIES and locale in {"", *LOCALES} and language in {"", *dict(WRITTEN)}
    if not known or quote_policy not in dict(QUOTABLE_BY):
        raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))
    change = profile_verbs.ProfileChange(
        default_visibility=visibility,
        default_sensitive=submission.checked("default_sensitive"),
        default_language=language,
        default_quote_policy=quote_policy,
        locale=locale,
    )
    await profile_verbs.update_profile(node_of(request), submission.viewer_id, change)
    return redirect("/settings/preferences", "saved")


async def change_password(request: Request) -> Response:
    """A new password ends every session, so this browser gets a new one."""
    submission = await submitted(request)
    node = node_of(request)
    try:
        await _count_guess(request, submission)
        await _set_password(node, submission)
    except (Invalid, NotSignedIn) as problem:
        wrong = isinstance(problem, NotSignedIn)
        reason = sentence("The current password is not right.") if wrong else problem.safe
        return await _preferences(request, submission.visit, 422, password_problem=reason)
    response = redirect("/settings/preferences", "password_changed")
    sessions.set_session(request, response, await session_verbs.start_session(node, submission.viewer_id))
    return response


async def _count_guess(request: Request, submission: Submission) -> None:
    """Whoever sits at somebody's open browser must not guess the password here either. Raises RateLimited."""
    node = node_of(request)
    counted = await limiter_of(request).hit(node, SIGN_INS_PER_NAME, submission.visit.viewer.username)
    if not counted.allowed:
        raise RateLimited(
            sentence("Too many requests in a short time"), retry_after_s=counted.retry_after_s(node.clock.now())
        )


async def _set_password(node: Node, submission: Submission) -> None:
    if submission.text("new") != submission.text("again"):
        raise Invalid(sentence("The two new passwords are not the same."))
    await verbs.check_password(node, submission.visit.viewer.username, submission.text("current"))
    await verbs.set_password(node, submission.viewer_id, submission.text("new"))


def _profile(request: Request, form: ProfileForm, problem: FediverseError | None = None) -> Response:
    status = problem.status if problem else 200
    return pages.render(
        request, "preferences/profile.html", status, values=form, problem=problem.safe if problem else ""
    )


async def _preferences(request: Request, visit: Visit, status: int = 200, password_problem: str = "") -> Response:
    node = node_of(request)
    return pages.render(
        request,
        "preferences/preferences.html",
        status,
        user=await accounts.user(node, visit.viewer_id),
        public_means=node.settings.public_means,
        written=WRITTEN,
        quotable_by=QUOTABLE_BY,
        least=MIN_PASSWORD_CHARACTERS,
        problem="",
        password_problem=password_problem,
    )


def _form_of(account: AccountView) -> ProfileForm:
    return ProfileForm(
        display_name=account.display_name,
        note=account.note_source,
        fields=_with_spare(
            [(name, source) for (name, _value), source in zip(account.fields, account.field_sources, strict=True)]
        ),
        locked=account.locked,
        discoverable=account.discoverable,
        hide_collections=account.hide_collections,
        bot=account.bot,
    )


def _form_sent(submission: Submission) -> ProfileForm:
    names, values = submission.texts.get("field_name", ()), submission.texts.get("field_value", ())
    filled = [pair for pair in zip(names, values, strict=False) if any(text.strip() for text in pair)]
    return ProfileForm(
        display_name=submission.text("display_name").strip(),
        note=submission.text("note"),
        fields=_with_spare(filled),
        locked=submission.checked("locked"),
        discoverable=submission.checked("discoverable"),
        hide_collections=submission.checked("hide_collections"),
        bot=submission.checked("bot"),
    )


def _with_spare(filled: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    room = max(min(_SPARE_FIELDS, MAX_FIELDS - len(filled)), 0)
    return (*filled, *[("", "")] * room)


def _change(form: ProfileForm) -> profile_verbs.ProfileChange:
    return profile_verbs.ProfileChange(
        display_name=form.display_name,
        note=form.note,
        fields=tuple(pair for pair in form.fields if any(pair)),
        locked=form.locked,
        discoverable=form.discoverable,
        hide_collections=form.hide_collections,
        bot=form.bot,
    )


async def _change_images(node: Node, submission: Submission) -> None:
    for name, verb in (("avatar", media.set_avatar), ("header", media.set_header)):
        upload = submission.uploads.get(name)
        if upload is not None:
            await verb(node, submission.viewer_id, upload.data)
        elif submission.checked(f"remove_{name}"):
            await verb(node, submission.viewer_id, None)
