"""From the audience that an author chose to the one that a new post has, and why the two differ. Asked by `actions.planning`, for publishing and for its dry run."""

from dataclasses import dataclass
from typing import Literal

from fediverse.policy.content import reply_audience
from fediverse.policy.groups import Access
from fediverse.policy.visibility import ChosenVisibility, VisibilityName, group_visibility

Cause = Literal["", "group", "answer_in_group", "answer", "quote", "company"]
Basis = tuple[VisibilityName, bool]
"""Visibility and local_only of a post that is answered or quoted."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an author chose, None for no word on it, and what the author's posts usually are."""

    visibility: ChosenVisibility | None
    local_only: bool | None
    usual: ChosenVisibility

    @property
    def chosen(self) -> ChosenVisibility:
        return self.visibility or self.usual


@dataclass(frozen=True, slots=True)
class Audience:
    """What a post will be. *because*: why that is not what its author chose; empty when it is, or when nothing was chosen."""

    visibility: VisibilityName
    local_only: bool
    chosen: ChosenVisibility
    chosen_local_only: bool
    because: Cause = ""


def audience(wish: Wish, public_means: str, answered: Basis | None, quoted: Basis | None) -> Audience:
    """What the author wishes, else what is usual; `public` as the administrator defined it; never wider than what is answered or quoted."""
    visibility = wish.chosen
    local_only = wish.local_only
    if local_only is None:
        local_only = public_means == "company" and visibility in {"public", "unlisted"}
    chosen_local_only = bool(wish.local_only) if wish.visibility else local_only
    because: Cause = "company" if local_only is not chosen_local_only else ""
    for cause, basis in (("answer", answered), ("quote", quoted)):
        if basis is None or basis[0] == "group":
            continue
        narrowed = reply_audience(visibility, local_only, basis[0], basis[1])
        if narrowed != (visibility, local_only):
            visibility, local_only = narrowed
            because = "answer" if cause == "answer" else "quote"
    return Audience(visibility, local_only, wish.chosen, chosen_local_only, because)


def audience_in_group(wish: Wish, access: Access, *, answers: bool) -> Audience:
    """The group's, whatever is wished; *answers*: what stands there is answered."""
    because: Cause = (
        "" if wish.visibility is None and not wish.local_only else "answer_in_group" if answers else "group"
    )
    return Audience(group_visibility(access), False, wish.chosen, bool(wish.local_only), because)
