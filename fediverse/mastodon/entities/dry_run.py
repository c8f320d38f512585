"""Who would see a status: this software's own entity, the answer to `dry_run`. Mastodon has no such thing."""

from fediverse.mastodon.entities.groups import group_of_status
from fediverse.mastodon.entities.values import Entity
from fediverse.queries.audience_words import audience_told, narrowed_told, why_told
from fediverse.queries.views import PostGroup
from fediverse.queries.who_will_see import NodeReached, Unreached, WhoWillSee
from fediverse.text.translations import Translate


def who_will_see(seen: WhoWillSee, t: Translate, node_name: str) -> Entity:
    """Sentences are in the language of *t*. `visibility` is what the status would say of itself: a group's is "private" there."""
    audience, group = seen.audience, seen.group
    visibility = None if audience is None else "private" if audience.visibility == "group" else audience.visibility
    return {
        "audience": audience_told(seen, t, node_name),
        "visibility": visibility,
        "local_only": None if audience is None else audience.local_only,
        "group": None if group is None else group_of_status(PostGroup(group.account, group.access, group.members_url)),
        "people": seen.people,
        "here": {"people": seen.here},
        "nodes": [_node(reached) for reached in seen.nodes],
        "refused": [_refused(one, t) for one in seen.refused],
        "narrowed": narrowed_told(seen, t) or None,
        "problem": t.reason(seen.problem) if seen.problem else None,
    }


def _node(reached: NodeReached) -> Entity:
    return {
        "domain": reached.domain,
        "people": reached.people,
        "reason": reached.reason,
        "first_time": reached.first_time,
    }


def _refused(one: Unreached, t: Translate) -> Entity:
    who = {"domain": one.domain} if one.domain else {"account": one.account}
    return {**who, "why": why_told(one.why, t)}
