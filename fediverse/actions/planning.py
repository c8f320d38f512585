"""What a draft would become: what it answers and quotes, whom it names, the group that it stands in and who it is for. Nothing is written.

`posts.publish` asks and then writes; `dry_run.preview` asks and tells. The one difference is how people are found whom this node does not know yet.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fediverse.actions import group_posts, quotes
from fediverse.actions import mentions as mentioning
from fediverse.actions.mentions import Find, Written
from fediverse.actions.quotes import PlannedQuote
from fediverse.node import Node
from fediverse.policy.audiences import Audience, Basis, Wish, audience, audience_in_group
from fediverse.queries.group_views import GroupView
from fediverse.queries.views import PostView, UserView

if TYPE_CHECKING:
    from fediverse.actions.posts import Draft


@dataclass(frozen=True, slots=True)
class Plan:
    """*mentioned*: the accounts that are named. *mentions*: whoever is addressed, and whether without being named."""

    written: Written
    group: GroupView | None
    audience: Audience
    mentioned: tuple[int, ...]
    quote: PlannedQuote | None

    @property
    def mentions(self) -> tuple[tuple[int, bool], ...]:
        told = self.quote.told if self.quote else ()
        return (*((number, False) for number in self.mentioned), *((number, True) for number in told))


async def plan(node: Node, user: UserView, draft: "Draft", text: str, parent: PostView | None, find: Find) -> Plan:
    """Raises NotFound and Invalid for what cannot be published. *find* gives the account of a handle."""
    author_id = user.account_id
    quoted = await quotes.quotable(node, author_id, draft.quoted_id)
    written = await mentioning.write(node, author_id, text, draft.source_format, find)
    group = await group_posts.group_of_draft(node, author_id, draft.group_id, written.mentioned, parent, quoted)
    meant = _audience(node, draft, user, parent, quoted, group)
    mentioned = written.mentioned if group is None else await group_posts.members_named(node, group, written.mentioned)
    quote = quotes.planned(author_id, quoted, meant.visibility, mentioned, local_only=meant.local_only)
    return Plan(written, group, meant, mentioned, quote)


def _audience(
    node: Node,
    draft: "Draft",
    user: UserView,
    parent: PostView | None,
    quoted: PostView | None,
    group: GroupView | None,
) -> Audience:
    wish = Wish(draft.visibility, draft.local_only, user.default_visibility)
    if group is not None:
        return audience_in_group(wish, group.access, answers=parent is not None and parent.group_id == group.id)
    return audience(wish, node.settings.public_means, answered=_basis(parent), quoted=_basis(quoted))


def _basis(post: PostView | None) -> Basis | None:
    return None if post is None else (post.visibility, post.local_only)
