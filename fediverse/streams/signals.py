"""Signals: what happened, told to whoever reads live, as ids only.

Verbs call `tell` where something happened that an open stream shows. Whoever streams asks anew who may see it and renders it for each viewer, so a signal
gives nothing away and one too many does no harm. A process that ends between commit and telling costs a live update and never a post: clients find it
when they load.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fediverse.node import Node

SignalKind = Literal[
    "post",
    "edit",
    "delete",
    "notification",
    "notifications_merged",
    "conversation",
    "filters",
    "announcement",
    "announcement_reaction",
    "announcement_delete",
    "access",
]


@dataclass(frozen=True, slots=True)
class Signal:
    """What happened. *id* is that of the post (a boost is a post), notification, conversation or announcement; *accounts* are the people here whom it concerns.

    - `post`, `edit`, `delete`: left empty, the audience is asked for when it is shown; a boost that is taken back is a `delete` of the boost's id;
    - `notification`, `notifications_merged`, `conversation`, `filters`: whose it is;
    - `announcement`, `announcement_reaction`, `announcement_delete`: left empty, everybody's; *name* is the emoji of the reaction that was given or taken;
    - `access`: whose follows, blocks, mutes, lists, tokens or standing changed; empty means anybody's.
    """

    kind: SignalKind
    id: int = 0
    accounts: tuple[int, ...] = ()
    name: str = ""


def tell(node: "Node", signal: Signal) -> None:
    """Tell every open stream, in every process, once the open transaction is committed; at once outside of one. Never waits, never fails."""
    if node.database.in_transaction:
        node.database.after_commit(lambda: node.streams.publish(signal))
    else:
        node.streams.publish(signal)
