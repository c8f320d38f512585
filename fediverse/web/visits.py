"""Who is there, and what a form says. Every page begins with `enter`, every form's target with `submitted`, every administrator's page with `enter_admin`.

They raise: NotSignedIn without a session (the error page turns it into the way to the sign-in page), Refused for a form that was not ours. Whether a person
may do what the form asks is the verb's business.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from fediverse.errors import Invalid, NotFound, NotSignedIn
from fediverse.ids import LARGEST_ID
from fediverse.node import Node, node_of
from fediverse.policy.permissions import STAFF
from fediverse.queries import accounts, conversations, notifications, relations
from fediverse.queries.access import SignedIn
from fediverse.queries.views import AccountView, Page
from fediverse.web import sessions
from fediverse.web.audience import Network, network
from fediverse.web.translations import sentence

_MAX_UNREAD: Final = 100
_MAX_REQUESTS: Final = 40
_MAX_FIELDS: Final = 200
_MAX_FILES: Final = 8


@dataclass(frozen=True, slots=True)
class Visit:
    """A person on a page, and what the page's frame shows of the person: name and picture, unread notifications and messages, requests, the network."""

    viewer: SignedIn
    viewer_id: int
    account: AccountView
    unread: int
    requests: int
    messages: int
    network: Network

    @property
    def admin(self) -> bool:
        return self.viewer.role == "admin"

    @property
    def staff(self) -> bool:
        """Moderators and administrators."""
        return self.viewer.role in STAFF


@dataclass(frozen=True, slots=True)
class Upload:
    file_name: str
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Submission:
    """A form as a person sent it: texts and files by name."""

    visit: Visit
    texts: Mapping[str, Sequence[str]]
    uploads: Mapping[str, Upload]

    @property
    def viewer_id(self) -> int:
        return self.visit.viewer_id

    def text(self, name: str, default: str = "") -> str:
        """The field's text with line breaks as browsers mean them; *default* when the form has no such field."""
        values = self.texts.get(name)
        return values[-1].replace("\r\n", "\n") if values else default

    def number(self, name: str) -> int:
        """The id in the field. Raises Invalid."""
        value = self.text(name)
        number = id_in(value)
        if number is None:
            raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))
        return number

    def checked(self, name: str) -> bool:
        return bool(self.text(name))

    def back(self, default: str = "/") -> str:
        """The page of ours that the form came from."""
        return local_path(self.text("back"), default)


async def enter(request: Request) -> Visit:
    """The person who asks for this page. Raises NotSignedIn."""
    node = node_of(request)
    viewer = await sessions.require_user(request)
    if viewer.account_id is None:
        raise NotSignedIn(sentence("Please sign in."))
    account = await accounts.account(node, viewer.account_id, viewer.account_id)
    visit = Visit(
        viewer=viewer,
        viewer_id=viewer.account_id,
        account=account,
        unread=await notifications.unread_count(node, viewer.account_id, _MAX_UNREAD),
        requests=await _waiting_requests(node, account),
        messages=await conversations.unread_count(node, viewer.account_id, _MAX_UNREAD),
        network=network(await node.rules.current(), node.clock.now()),
    )
    request.state.visit = visit
    return visit


async def enter_admin(request: Request) -> Visit:
    """As `enter`, for pages that only administrators know of. Raises NotFound for everybody else."""
    visit = await enter(request)
    if not visit.admin:
        raise NotFound
    return visit


async def enter_moderator(request: Request) -> Visit:
    """As `enter`, for pages of moderators and administrators. Raises NotFound for everybody else."""
    visit = await enter(request)
    if not visit.staff:
        raise NotFound
    return visit


async def submitted(request: Request) -> Submission:
    """The form that the person sent. Raises NotSignedIn, Refused when it did not come from a page of ours."""
    visit = await enter(request)
    async with request.form(max_fields=_MAX_FIELDS, max_files=_MAX_FILES) as form:
        sessions.check_csrf(request, form)
        texts: dict[str, list[str]] = {}
        for name, value in form.multi_items():
            if isinstance(value, str):
                texts.setdefault(name, []).append(value)
        most = node_of(request).settings.max_upload_bytes
        return Submission(visit, texts, {name: upload async for name, upload in _uploads(form, most)})


async def submitted_by_admin(request: Request) -> Submission:
    """As `submitted`, for administrators. Raises NotFound for everybody else."""
    submission = await submitted(request)
    if not submission.visit.admin:
        raise NotFound
    return submission


async def submitted_by_moderator(request: Request) -> Submission:
    """As `submitted`, for moderators and administrators. Raises NotFound for everybody else."""
    submission = await submitted(request)
    if not submission.visit.staff:
        raise NotFound
    return submission


def visit_of(request: Request) -> Visit | None:
    """Who `enter` found on this request; None before it was asked and on pages for strangers."""
    visit: Visit | None = getattr(request.state, "visit", None)
    return visit


def page_of(request: Request, limit: int = 20) -> Page:
    """Which part of a list the address asks for. What is no number counts as absent."""
    return Page(limit=limit, max_id=_id_in(request, "max_id"), min_id=_id_in(request, "min_id"))


def local_path(text: str, default: str = "/") -> str:
    """*text* when it is a path of this node, else *default*: after two slashes or a backslash browsers read another site."""
    harmless = text.startswith("/") and not text.startswith(("//", "/\\")) and text.isprintable() and "\\" not in text
    return text if harmless else default


def _id_in(request: Request, name: str) -> int | None:
    return id_in(request.query_params.get(name, ""))


def id_in(text: str) -> int | None:
    """The id that *text* is; None for what is none, or is a greater number than any id."""
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
    return number if number is not None and number <= LARGEST_ID else None


async def _waiting_requests(node: Node, account: AccountView) -> int:
    if not account.locked:
        return 0
    return len(await relations.follow_requests(node, account.id, Page(limit=_MAX_REQUESTS)))


async def _uploads(form: FormData, max_bytes: int) -> AsyncIterator[tuple[str, Upload]]:
    """The files of *form*. Of one that is too large a byte more than *max_bytes* is read: enough for the verb to refuse it."""
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename:
            yield name, Upload(value.filename, value.content_type or "", await value.read(max_bytes + 1))
