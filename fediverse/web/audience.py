"""Who will see a post, in the words of the pages: five choices, what each means for the client's visibility, and which nodes "the network" is today.
What stands in a group has the group's audience, which nobody chooses.

Nothing is decided here. The verb narrows what a person chose (`policy/content.py`), and the rules of `policy/domains.py` say which nodes are reached.
"""

from dataclasses import dataclass
from typing import Final, Literal

from fediverse.errors import Invalid
from fediverse.policy.domains import WILDCARD
from fediverse.policy.groups import EVERY_DOMAIN
from fediverse.policy.network import Network as Network
from fediverse.policy.network import network as network
from fediverse.policy.visibility import ChosenVisibility
from fediverse.queries.views import PostView
from fediverse.web.translations import Translate, sentence

AudienceName = Literal["company", "network", "quietly", "followers", "named", "group"]


@dataclass(frozen=True, slots=True)
class Audience:
    name: AudienceName
    visibility: ChosenVisibility
    local_only: bool
    label: str
    icon: str


COMPANY: Final = Audience("company", "public", local_only=True, label=sentence("Company"), icon="building")
NETWORK: Final = Audience("network", "public", local_only=False, label=sentence("Network"), icon="network")
QUIETLY: Final = Audience("quietly", "unlisted", local_only=False, label=sentence("Network, quietly"), icon="quiet")
FOLLOWERS: Final = Audience("followers", "private", local_only=False, label=sentence("Followers"), icon="people")
NAMED: Final = Audience("named", "direct", local_only=False, label=sentence("Only people named"), icon="at")
GROUP: Final = Audience("group", "private", local_only=False, label=sentence("Members of the group"), icon="group")
AUDIENCES: Final = (COMPANY, NETWORK, QUIETLY, FOLLOWERS, NAMED)

_BELOW: Final[dict[AudienceName, tuple[Audience, ...]]] = {
    "company": (COMPANY, NAMED),
    "network": (NETWORK, QUIETLY, COMPANY, FOLLOWERS, NAMED),
    "quietly": (QUIETLY, COMPANY, FOLLOWERS, NAMED),
    "followers": (FOLLOWERS, NAMED),
    "named": (NAMED,),
    "group": (GROUP,),
}


def audience(name: str) -> Audience:
    """The choice called *name* in a form. Raises Invalid: nobody's post goes to an audience that was not chosen."""
    for known in AUDIENCES:
        if known.name == name:
            return known
    raise Invalid(sentence("Choose who will see this."))


def audience_of(post: PostView) -> Audience:
    """How the pages call the audience of *post*."""
    if post.visibility == "group":
        return GROUP
    if post.visibility == "private":
        return FOLLOWERS
    if post.visibility == "direct":
        return NAMED
    if post.local_only:
        return COMPANY
    return QUIETLY if post.visibility == "unlisted" else NETWORK


def choices(answered: PostView | None) -> tuple[Audience, ...]:
    """What a person may choose for a new post, or for a reply to *answered*, which is never wider than that."""
    return _BELOW[audience_of(answered).name] if answered is not None else (NETWORK, QUIETLY, COMPANY, FOLLOWERS, NAMED)


def usual(visibility: ChosenVisibility, public_means: str) -> Audience:
    """What stands in an empty form for a person whose clients post with *visibility*."""
    if visibility == "public":
        return COMPANY if public_means == "company" else NETWORK
    return next(known for known in AUDIENCES if known.visibility == visibility)


def node_label(pattern: str, t: Translate) -> str:
    """How a page calls the nodes of *pattern*: `beta.example`, "all of beta.example"."""
    return t("all of {domain}", domain=pattern.removeprefix(WILDCARD)) if pattern.startswith(WILDCARD) else pattern


def company_label(pattern: str, t: Translate) -> str:
    """How a page calls the companies of *pattern*: `beta.example`, "all of beta.example", "every company that this node allows"."""
    return t("every company that this node allows") if pattern == EVERY_DOMAIN else node_label(pattern, t)
