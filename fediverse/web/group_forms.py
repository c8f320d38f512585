"""Groups in the words of the pages: what each access means, who may post, which companies may be chosen, and the form as it was sent.

Nothing is decided here: the verbs of `actions/groups.py` refuse what the rules do not allow, and say why.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from fediverse.actions.groups import GroupDraft
from fediverse.errors import Invalid
from fediverse.policy.groups import EVERY_DOMAIN, Access, Posting, Role
from fediverse.web.audience import Network
from fediverse.web.translations import sentence
from fediverse.web.visits import Submission


@dataclass(frozen=True, slots=True)
class AccessChoice:
    """*means* is for whoever makes the group, *briefly* for whoever finds it."""

    name: Access
    label: str
    means: str
    briefly: str
    icon: str


@dataclass(frozen=True, slots=True)
class PostingChoice:
    name: Posting
    label: str
    briefly: str


ACCESSES: Final = (
    AccessChoice(
        "closed",
        sentence("Closed group"),
        sentence("Everybody can find it and ask to join. Only members read it, and a moderator lets each of them in."),
        sentence("Only members read it. A moderator lets you in."),
        "lock",
    ),
    AccessChoice(
        "open",
        sentence("Open group"),
        sentence(
            "Everybody here and on its members’ nodes can read it, and the people of its companies join without asking."
        ),
        sentence("Everybody here can read it, and join without asking."),
        "network",
    ),
    AccessChoice(
        "secret",
        sentence("Secret group"),
        sentence("Only members and invited people know that it exists. Nobody can find it or ask to join."),
        sentence("Only members read it, and nobody else knows that it exists."),
        "quiet",
    ),
)
POSTINGS: Final = (
    PostingChoice("members", sentence("Every member"), sentence("Every member may post.")),
    PostingChoice("moderators", sentence("Moderators only"), sentence("Only its moderators post.")),
)
ROLES: Final[dict[Role, str]] = {
    "owner": sentence("Owner"),
    "moderator": sentence("Moderator"),
    "member": sentence("Member"),
}


@dataclass(frozen=True, slots=True)
class GroupForm:
    """What the form shows. *chosen*: patterns that are ticked; *other*: what was written beside them."""

    name: str = ""
    title: str = ""
    about: str = ""
    access: str = "closed"
    posting: str = "members"
    chosen: tuple[str, ...] = ()
    other: str = ""
    previewed: bool = False
    problem: str = ""

    @property
    def domains(self) -> tuple[str, ...]:
        """All patterns, each once."""
        return tuple(dict.fromkeys([*self.chosen, *self.others]))

    @property
    def others(self) -> tuple[str, ...]:
        return tuple(self.other.replace(",", " ").lower().split())


def access_choice(name: str) -> AccessChoice:
    """Raises Invalid: a group is never open because nothing was chosen."""
    for known in ACCESSES:
        if known.name == name:
            return known
    raise Invalid(sentence("Choose who can read the group."))


def posting_choice(name: str) -> PostingChoice:
    for known in POSTINGS:
        if known.name == name:
            return known
    raise Invalid(sentence("Choose who may post."))


def role_in(name: str) -> Role:
    for known in ROLES:
        if known == name:
            return known
    raise Invalid(sentence("This form is not complete. Go back, load the page again and try once more."))


def companies(network: Network, chosen: Iterable[str] = ()) -> tuple[str, ...]:
    """The patterns to tick: what the rules of this node reach, what is *chosen* already, and at the end all of them at once."""
    named = dict.fromkeys([*network.nodes, *network.addressed, *chosen])
    return (*(pattern for pattern in named if pattern != EVERY_DOMAIN), EVERY_DOMAIN)


def sent(submission: Submission) -> GroupForm:
    return GroupForm(
        name=submission.text("name").strip().lstrip("@"),
        title=submission.text("title").strip(),
        about=submission.text("about").strip(),
        access=submission.text("access"),
        posting=submission.text("posting"),
        chosen=tuple(submission.texts.get("company", ())),
        other=submission.text("other").strip(),
        previewed=submission.checked("preview"),
    )


def draft_of(form: GroupForm) -> GroupDraft:
    return GroupDraft(
        name=form.name,
        display_name=form.title,
        note=form.about,
        access=access_choice(form.access).name,
        posting=posting_choice(form.posting).name,
        domains=form.domains,
    )


WORDS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "accesses": {choice.name: choice for choice in ACCESSES},
        "postings": {choice.name: choice for choice in POSTINGS},
        "roles": ROLES,
    }
)
