"""Who sees a post: the one rule, as a table for people to read and as SQL for questions to ask.

`person_sees` and `server_sees` are the rule in plain Python. `seen_by_person` and `seen_by_server` are the same rule as a condition on a post in a
query; a test walks every combination and compares the two. Nobody else spells out visibility.

People of this node
    author          always, out of the group or in a suspended one too; not once it is deleted or the author suspended
    public          everybody here            unlisted   everybody here, but not in the public timelines
    private         followers, and who is mentioned
    direct          who is mentioned
    group           (closed, secret) who is a member of the group now; being mentioned alone shows nothing, and who was a member keeps only own posts
    nobody          who is blocked by the author; posts of suspended authors and, but for their author, in suspended closed and
                    secret groups; deleted posts
    a boost         whoever sees the boost by the rows above, and the boosted post as well
Other nodes (they ask for posts of our people and of our groups only; the domain policy has spoken before)
    local_only      never
    in a group      nodes that the group is disclosed to, and no other, whatever the rows below say: those that a moderator admitted, and the group's own;
                    posts from before that moment only if the moderator said that the history is for them
    group           these nodes
    public, unlisted  allowed nodes; a node whose rule reaches only `addressed` needs somebody mentioned there
    private         nodes with an accepted follower, or with somebody mentioned
    direct          nodes with somebody mentioned
    nobody          posts of suspended authors; deleted posts
Posts of an open group are public ones that stand in it; those of a closed or secret group have the visibility `group` (see `groups`).
Strangers see nothing: without a viewer every answer is no.

Who may see a post may still not have it offered (`offered_to_person`): what an author whom a moderator limited posts is out of the public timelines, of
search and of suggestions, for everybody but the author and those who follow.
"""

from dataclasses import dataclass
from typing import Literal

from fediverse.policy.domains import Reach

ChosenVisibility = Literal["public", "unlisted", "private", "direct"]
VisibilityName = Literal["public", "unlisted", "private", "direct", "group"]
Condition = tuple[str, list[object]]

# From the widest to the narrowest; a reply or an edit may only move to the right. A group's posts stand beside this: they and what answers them are its.
ORDER: tuple[ChosenVisibility, ...] = ("public", "unlisted", "private", "direct")


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What must be known of a person and a post."""

    visibility: VisibilityName
    is_author: bool = False
    follows_author: bool = False
    is_mentioned: bool = False
    is_member: bool = False
    blocked_by_author: bool = False
    author_suspended: bool = False
    group_suspended: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What must be known of another node, which the domain policy allows, and a post of ours.

    *group_disclosed*: the group that it is in is, to that node, and was when the post was written, or with its history.
    """

    visibility: VisibilityName
    local_only: bool = False
    in_group: bool = False
    group_disclosed: bool = False
    by_our_people: bool = True  # or in a group of ours
    follower_there: bool = False
    mentioned_there: bool = False
    reach: Reach = Reach.NETWORK
    author_suspended: bool = False
    deleted: bool = False


@dataclass(frozen=True, slots=True)
class OfferFacts:
    """What must be known of a person and an author, before something of the author is put in front of the person unasked."""

    author_limited: bool = False
    is_author: bool = False
    follows_author: bool = False


def person_sees(facts: PersonFacts) -> bool:
    if facts.deleted or facts.author_suspended:
        return False
    if facts.is_author:
        return True
    if facts.blocked_by_author:
        return False
    if facts.visibility == "group":
        return facts.is_member and not facts.group_suspended
    if facts.visibility in {"public", "unlisted"} or facts.is_mentioned:
        return True
    return facts.visibility == "private" and facts.follows_author


def server_sees(facts: ServerFacts) -> bool:
    if facts.deleted or facts.author_suspended or facts.local_only or not facts.by_our_people:
        return False
    if facts.in_group and not facts.group_disclosed:
        return False
    if facts.visibility == "group":
        return facts.in_group
    if facts.mentioned_there:
        return True
    if facts.visibility in {"public", "unlisted"}:
        return facts.reach is Reach.NETWORK
    return facts.visibility == "private" and facts.follower_there


def person_is_offered(facts: OfferFacts) -> bool:
    return not facts.author_limited or facts.is_author or facts.follows_author


def seen_by_person(viewer: int | None, post: str = "p") -> Condition:
    """Condition on the post table's alias *post*, boosts included. *viewer* is the id of a local account; None sees nothing."""
    return ("1 = 0", []) if viewer is None else (seen_by_person_in("?", post), [viewer] * 10)


def seen_by_person_in(viewer: str, post: str = "p") -> str:
    """The same condition for the local account whose id stands in the column *viewer*, to ask for many people at once."""
    own, original = _plainly_seen_by(viewer, post), _plainly_seen_by(viewer, "seen_original")
    through_boost = (
        f"({post}.boost_of_id IS NULL OR EXISTS"
        f" (SELECT 1 FROM post seen_original WHERE seen_original.id = {post}.boost_of_id AND {original}))"
    )
    return f"({own} AND {through_boost})"


def _plainly_seen_by(viewer: str, post: str) -> str:
    mentioned = f"EXISTS (SELECT 1 FROM mention m WHERE m.post_id = {post}.id AND m.account_id = {viewer})"
    member = (
        f"EXISTS (SELECT 1 FROM follow gf JOIN account ga ON ga.id = gf.target_id WHERE gf.follower_id = {viewer} AND gf.target_id = {post}.group_id"
        " AND gf.state = 'accepted' AND ga.suspended_at IS NULL)"
    )
    follows = f"EXISTS (SELECT 1 FROM follow f WHERE f.follower_id = {viewer} AND f.target_id = {post}.author_id AND f.state = 'accepted')"
    blocked = f"EXISTS (SELECT 1 FROM block b WHERE b.account_id = {post}.author_id AND b.target_id = {viewer})"
    # Not as NOT EXISTS: PostgreSQL would read all accounts once, instead of the author of each post.
    suspended_at = f"(SELECT s.suspended_at FROM account s WHERE s.id = {post}.author_id)"
    return (
        f"({post}.deleted_at IS NULL AND {suspended_at} IS NULL AND ({post}.author_id = {viewer} OR (NOT {blocked} AND"
        f" (CASE WHEN {post}.visibility = 'group' THEN {member}"
        f" ELSE ({post}.visibility IN ('public', 'unlisted') OR {mentioned} OR ({post}.visibility = 'private' AND {follows})) END))))"
    )


def offered_to_person(viewer: int, author: str = "p.author_id") -> Condition:
    """Condition on the column *author*, the id of an account: not limited, or the viewer, or somebody whom the viewer follows."""
    limited_at = f"(SELECT li.silenced_at FROM account li WHERE li.id = {author})"
    follows = f"EXISTS (SELECT 1 FROM follow lf WHERE lf.follower_id = ? AND lf.target_id = {author} AND lf.state = 'accepted')"
    return f"({limited_at} IS NULL OR {author} = ? OR {follows})", [viewer, viewer]


def seen_by_server(host: str, reach: Reach, post: str = "p") -> Condition:
    """Condition on the post table's alias *post*: a post of our people, or in our groups, that the allowed node *host* may have."""
    return seen_by_server_in("?", reach, post), [host, host, host]


def seen_by_server_in(host: str, reach: Reach, post: str = "p") -> str:
    """The same condition for the node whose host stands in the column *host*, to ask for many nodes at once."""
    ours = (
        f"EXISTS (SELECT 1 FROM account o WHERE o.id IN ({post}.author_id, {post}.group_id) AND o.host = '')"
        f" AND (SELECT s.suspended_at FROM account s WHERE s.id = {post}.author_id) IS NULL"
    )
    disclosed = (
        f"EXISTS (SELECT 1 FROM group_node gn JOIN account ga ON ga.id = gn.group_id WHERE gn.group_id = {post}.group_id AND gn.host = {host}"
        f" AND gn.state = 'admitted' AND (gn.from_sequence = 0 OR {post}.created_at >= gn.admitted_at) AND ga.suspended_at IS NULL)"
    )
    mentioned = f"EXISTS (SELECT 1 FROM mention m JOIN account ma ON ma.id = m.account_id WHERE m.post_id = {post}.id AND ma.host = {host})"
    follower = (
        "EXISTS (SELECT 1 FROM follow f JOIN account fa ON fa.id = f.follower_id"
        f" WHERE f.target_id = {post}.author_id AND f.state = 'accepted' AND fa.host = {host})"
    )
    wide = f"{post}.visibility IN ('public', 'unlisted')" if reach is Reach.NETWORK else "1 = 0"
    return (
        f"({post}.deleted_at IS NULL AND NOT {post}.local_only AND {ours} AND ({post}.group_id IS NULL OR {disclosed})"
        f" AND (CASE WHEN {post}.visibility = 'group' THEN {post}.group_id IS NOT NULL"
        f" ELSE ({mentioned} OR {wide} OR ({post}.visibility = 'private' AND {follower})) END))"
    )


def group_visibility(access: str) -> VisibilityName:
    """What a post in a group of this access is: public in an open one, else its members'."""
    return "public" if access == "open" else "group"


def narrower(one: ChosenVisibility, other: ChosenVisibility) -> ChosenVisibility:
    """The narrower of two that are no group's: what a reply gets when its author chose *one* below a post of *other*."""
    return max(one, other, key=ORDER.index)
