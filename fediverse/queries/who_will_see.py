"""Who would see a post if it were published now, and who would get nothing although they are named: asked by `actions.dry_run` for a draft.

No rule stands here. Whom a post is sent to, whether a host may have it and what the domain rules say are the questions that sending asks (`audience`,
`unwritten`); counted is what they answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from fediverse.database.database import marks
from fediverse.node import Node
from fediverse.policy.audiences import Audience
from fediverse.policy.domains import Direction, Reach, Verdict
from fediverse.policy.network import network
from fediverse.queries import accounts, audience, unwritten
from fediverse.queries.group_views import GroupView
from fediverse.queries.posts import reach_of
from fediverse.queries.unwritten import Unwritten
from fediverse.queries.views import AccountView
from fediverse.text.mentions import Handle
from fediverse.text.translations import sentence

Reason = Literal["members", "followers", "named", "network"]

NOT_IN_AUDIENCE = sentence("not in the post's audience")
ONLY_NAMED = sentence("only what names its people is sent there")
COMPANY_ONLY = sentence("a company post never leaves this node")
BLOCKED = sentence("you block this person")
NOBODY_HERE = sentence("there is nobody of this name here")
NOT_KNOWN_YET = sentence("not known here yet: their node is asked when you publish")


@dataclass(frozen=True, slots=True)
class NodeReached:
    """*domain*: a host, or a pattern of the domain rules. *people* is 0 when all of a node may read it, since nobody here knows how many that are.

    *first_time*: nothing that stands in the group was for this node before.
    """

    domain: str
    people: int
    reason: Reason
    first_time: bool = False


@dataclass(frozen=True, slots=True)
class Unreached:
    """Somebody who is named (*account*, as `alice@beta.example`), or a node that would have been sent the post (*domain*).

    *why* is a sentence of ours; where the domain rules are the reason, their *verdict*.
    """

    why: str | Verdict
    domain: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class WhoWillSee:
    """*here*: people of this node beside the author. *names*: somebody is named in it. *audience* is None when what is wrong (*problem*) leaves nothing to say about it."""

    audience: Audience | None = None
    group: GroupView | None = None
    names: bool = False
    here: int = 0
    nodes: tuple[NodeReached, ...] = ()
    refused: tuple[Unreached, ...] = ()
    problem: str = ""

    @property
    def people(self) -> int:
        return self.here + sum(reached.people for reached in self.nodes)


@dataclass(frozen=True, slots=True)
class Draughted:
    """A draft as far as its readers hang on it. *answered*: the author of what it answers. *unknown*: names that lead nowhere."""

    author_id: int
    audience: Audience
    group: GroupView | None
    mentioned: tuple[int, ...]
    addressed: tuple[int, ...]
    answered: int | None = None
    unknown: tuple[Handle, ...] = ()

    @property
    def post(self) -> Unwritten:
        group_id = None if self.group is None else self.group.id
        return Unwritten(self.author_id, self.audience.visibility, self.audience.local_only, group_id, self.addressed)

    @property
    def is_wide(self) -> bool:
        """Whether whole nodes read it."""
        return self.group is None and self.audience.visibility in {"public", "unlisted"}


async def who_will_see(node: Node, draft: Draughted) -> WhoWillSee:
    held = replace(node, rules=await node.rules.held())
    reached, withheld = await _nodes(held, draft)
    return WhoWillSee(
        audience=draft.audience,
        group=draft.group,
        names=bool(draft.mentioned),
        here=await unwritten.people_here(held, draft.post),
        nodes=tuple(reached),
        refused=(*withheld, *await _people_left_out(held, draft, withheld)),
    )


async def _nodes(node: Node, draft: Draughted) -> tuple[list[NodeReached], list[Unreached]]:
    """Where it goes, and where it would have gone; by name."""
    hosts = {} if draft.audience.local_only else await _people_by_host(node, draft)
    having = await unwritten.hosts_that_may_have(node, draft.post, hosts)
    past = await _hosts_in_the_know(node, draft)
    reached: dict[str, NodeReached] = {}
    withheld: list[Unreached] = []
    for host, (people, reason) in sorted(hosts.items()):
        why = await _why_not(node, draft, host, having)
        if why:
            withheld.append(Unreached(why, domain=host))
        else:
            first_time = past is not None and host not in past
            reached[host] = NodeReached(host, 0 if draft.is_wide else people, reason, first_time)
    if draft.is_wide and not draft.audience.local_only:
        for pattern in network(await node.rules.current(), node.clock.now()).nodes:
            reached[pattern] = NodeReached(pattern, 0, "network")
    return [reached[domain] for domain in sorted(reached)], withheld


async def _people_by_host(node: Node, draft: Draughted) -> dict[str, tuple[int, Reason]]:
    """The hosts that it would be sent to before anybody asks whether they may have it, each with the people there that it is for, and why."""
    group = draft.group
    if group is not None:
        at = await (audience.inboxes_of_group(node, group.id) if group.local else audience.inboxes_of(node, [group.id]))
        members = await _counted(node, group.id, ())
        # A group elsewhere passes it on to its members by itself.
        hosts = {inbox.host for inbox in at} | (set() if group.local else set(members))
        return {host: (members.get(host, 0), "members") for host in hosts if host != node.settings.host}
    to = audience.addressees(draft.audience.visibility, draft.addressed, draft.answered)
    inboxes = set(await audience.inboxes_of(node, to.accounts))
    followers = await _counted(node, draft.author_id, ()) if to.followers else {}
    if to.followers:
        inboxes |= set(await audience.inboxes_of_followers(node, draft.author_id))
    counts = await _counted(node, draft.author_id if to.followers else None, draft.addressed)
    return {
        inbox.host: (counts.get(inbox.host, 0), "followers" if inbox.host in followers else "named")
        for inbox in inboxes
        if inbox.host != node.settings.host
    }


async def _counted(node: Node, followed_id: int | None, named: Sequence[int]) -> dict[str, int]:
    """How many people of each other node follow the account, or are among *named*."""
    follows = "EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = a.id AND f.target_id = ? AND f.state = 'accepted')"
    rows = await node.database.rows(
        "SELECT a.host, count(*) AS people FROM account a WHERE a.host <> '' AND a.deleted_at IS NULL AND a.kind <> 'group'"
        f" AND ({follows} OR a.id IN ({marks(named) or '0'})) GROUP BY a.host",
        followed_id or 0, *named,
    )  # fmt: skip
    return {row["host"]: row["people"] for row in rows}


async def _hosts_in_the_know(node: Node, draft: Draughted) -> set[str] | None:
    """The hosts for which something that stands in our group was before; None outside of our groups."""
    if draft.group is None or not draft.group.local:
        return None
    rows = await node.database.rows(
        "SELECT gn.host FROM group_node gn WHERE gn.group_id = ? AND EXISTS (SELECT 1 FROM group_entry e"
        " WHERE e.group_id = gn.group_id AND e.sequence > gn.from_sequence AND e.type = 'Create')",
        draft.group.id,
    )
    return {row["host"] for row in rows}


async def _why_not(node: Node, draft: Draughted, host: str, having: set[str]) -> str | Verdict:
    """Why *host* gets nothing at this moment; empty when it gets the post."""
    group = draft.group
    if group is not None and not group.local and host != group.account.host:
        return ""  # what the group's own node does with it is decided there
    departing = await audience.departing(
        node, "Create", host, having | ({host} if group and not group.local else set())
    )
    if group is not None and group.paused:
        return group.paused
    if departing.goes:
        return ""
    if not departing.verdict.allowed:
        return departing.verdict
    return ONLY_NAMED if await reach_of(node, host) is Reach.ADDRESSED else NOT_IN_AUDIENCE


async def _people_left_out(node: Node, draft: Draughted, withheld: Sequence[Unreached]) -> list[Unreached]:
    """Who is named in the text, and gets nothing."""
    why_not = {one.domain: one.why for one in withheld}
    named = await accounts.accounts(node, draft.author_id, list(draft.mentioned))
    people = [one for one in named if not one.group]
    seeing = await unwritten.those_who_see(node, draft.post, [one.id for one in people if one.local])
    left_out = [
        Unreached(why, account=one.acct) for one in people if (why := _why_left_out(draft, one, seeing, why_not))
    ]
    return [*left_out, *[Unreached(await _why_unknown(node, one), account=one.acct) for one in draft.unknown]]


def _why_left_out(
    draft: Draughted, person: AccountView, seeing: set[int], why_not: dict[str, str | Verdict]
) -> str | Verdict:
    if person.local:
        return "" if person.id in seeing else BLOCKED
    return COMPANY_ONLY if draft.audience.local_only else why_not.get(person.host, "")


async def _why_unknown(node: Node, handle: Handle) -> str | Verdict:
    if handle.host is None or handle.host in {node.settings.host, node.settings.domain}:
        return NOBODY_HERE
    verdict = await node.rules.decide(Direction.DISCOVERY, "webfinger", handle.host)
    return NOT_KNOWN_YET if verdict.allowed else verdict
