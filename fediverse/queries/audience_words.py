"""Who will see a post, in a sentence for its author. Called by the client API and by the pages with the language of whoever asks; nothing is decided here."""

from collections.abc import Sequence

from fediverse.policy.audiences import Audience
from fediverse.policy.domains import WILDCARD, Effect, Verdict
from fediverse.queries.who_will_see import NodeReached, WhoWillSee
from fediverse.text.translations import Translate, sentence

_CHOICES = {
    "public": sentence("Network"),
    "unlisted": sentence("Network, quietly"),
    "private": sentence("Followers"),
    "direct": sentence("Only people named"),
    "group": sentence("Members of the group"),
}
_COMPANY = sentence("Company")
_WIDE = frozenset({"public", "unlisted"})


def audience_told(seen: WhoWillSee, t: Translate, node_name: str) -> str:
    """`Followers: 3 people here, 2 at beta.example`; empty where something is wrong that leaves nobody to name."""
    if seen.audience is None:
        return ""
    if seen.group is not None:
        return _group_told(seen, seen.group.account.name, t, node_name)
    if seen.audience.visibility in _WIDE:
        return _everybody_told(seen, seen.audience, t, node_name)
    if not seen.people and not seen.nodes:
        return t("Nobody but you.")
    if seen.audience.visibility == "direct":
        kind = t("People named")
    else:
        kind = t("Followers and people named") if seen.names else t("Followers")
    return t("{kind}: {counts}.", kind=kind, counts=_counts(seen.here, seen.nodes, t))


def _group_told(seen: WhoWillSee, name: str, t: Translate, node_name: str) -> str:
    if seen.group is not None and seen.group.access == "open":
        told = t("Everybody at {node}, as {group} is an open group", node=node_name, group=name)
        elsewhere = "".join(", " + _count_at(reached, t) for reached in seen.nodes)
        also = t("The group is open: everybody on these nodes can read it as well.") if seen.nodes else ""
        return f"{told}{elsewhere}. {also}".rstrip()
    here = t("you and {count} person here", "you and {count} people here", count=seen.here) if seen.here else t("you")
    counts = ", ".join((here, *(_count_at(reached, t) for reached in seen.nodes)))
    return t("Members of {group}: {counts}.", group=name, counts=counts)


def _everybody_told(seen: WhoWillSee, audience: Audience, t: Translate, node_name: str) -> str:
    if audience.local_only:
        return t("Everybody at {node}, and nobody else. It never leaves this node.", node=node_name)
    if not seen.nodes:
        return t("Everybody at {node}.", node=node_name)
    told = t(
        "Everybody at {node} and at {count} other company ({nodes}).",
        "Everybody at {node} and at {count} other companies ({nodes}).",
        node=node_name,
        count=len(seen.nodes),
        nodes=", ".join(domain_told(reached.domain, t) for reached in seen.nodes),
    )
    quietly = t("It stays out of the common timelines: your followers see it, and whoever opens your profile.")
    return f"{told} {quietly}" if audience.visibility == "unlisted" else told


def narrowed_told(seen: WhoWillSee, t: Translate) -> str:
    """What the author chose, what it will be, and why; empty when it is what was chosen."""
    audience = seen.audience
    if audience is None or not audience.because:
        return ""
    chosen = t(_label(audience.chosen, local_only=audience.chosen_local_only))
    become = t(_label(audience.visibility, local_only=audience.local_only))
    name = seen.group.account.name if seen.group else ""
    match audience.because:
        case "group":
            return t(
                "You chose “{chosen}”. It will be for the group {group}, where it stands.", chosen=chosen, group=name
            )
        case "answer_in_group":
            return t(
                "You chose “{chosen}”. Your answer is for the members of {group}, as what it answers is.",
                chosen=chosen, group=name,
            )  # fmt: skip
        case "answer":
            return t(
                "You chose “{chosen}”. Your answer will be “{become}”, since what it answers is for no more people.",
                chosen=chosen, become=become,
            )  # fmt: skip
        case "quote":
            return t(
                "You chose “{chosen}”. Your post will be “{become}”, since what it quotes is for no more people.",
                chosen=chosen, become=become,
            )  # fmt: skip
        case "company":
            return t(
                "You chose “{chosen}”. At this company that means “{become}”, unless you say otherwise.",
                chosen=chosen, become=become,
            )  # fmt: skip


def why_told(why: str | Verdict, t: Translate) -> str:
    """Why somebody gets nothing. A rule is named with its pattern and its reason, as the administrator wrote it."""
    if isinstance(why, str):
        return t.reason(why)
    if why.rule is None:
        return t.reason(sentence("no rule allows it"))
    values = {"rule": why.rule.id, "pattern": why.rule.pattern}
    held = why.effect is Effect.HOLD
    said = (
        t("held for now by rule {rule} ({pattern})", **values)
        if held
        else t("refused by rule {rule} ({pattern})", **values)
    )
    return f"{said}: {why.rule.reason}" if why.rule.reason else said


def domain_told(pattern: str, t: Translate) -> str:
    return t("all of {domain}", domain=pattern.removeprefix(WILDCARD)) if pattern.startswith(WILDCARD) else pattern


def _counts(here: int, nodes: Sequence[NodeReached], t: Translate) -> str:
    told = [t("{count} person here", "{count} people here", count=here)] if here else []
    return ", ".join([*told, *(_count_at(reached, t) for reached in nodes)])


def _count_at(reached: NodeReached, t: Translate) -> str:
    return t("{count} at {node}", count=reached.people, node=reached.domain)


def _label(visibility: str, *, local_only: bool) -> str:
    return _COMPANY if local_only and visibility in _WIDE else _CHOICES[visibility]
