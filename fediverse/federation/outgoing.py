"""What a `build` answers: an activity of one of our people and whom it is for. `send` turns it into deliveries."""

from dataclasses import dataclass

from fediverse.activitystreams.strict_json import JSON
from fediverse.node import Node
from fediverse.queries.views import AccountView


@dataclass(frozen=True, slots=True)
class Outgoing:
    """*activity* without its proof, said by the account *account_id*.

    It goes to the accounts of *to_accounts*, to the author's followers (*to_followers*), to every inbox that ever got the post *to_holders_of*, and to
    every inbox that ever got any post of the account *to_holders_of_all_by*.
    *shows*: the id of the post (or boost) that it tells of; a host that may not have that post does not get the activity. *public*: everybody
    in the network may read it. *through_group*: one of our groups, which gives it to its members in its own order; it goes nowhere else.
    *to_nodes_of_group*: said by a group, whose followers hear it on the nodes that it is disclosed to.
    """

    activity: JSON
    account_id: int
    to_accounts: tuple[int, ...] = ()
    to_followers: bool = False
    to_holders_of: int | None = None
    to_holders_of_all_by: int | None = None
    shows: int | None = None
    public: bool = False
    through_group: int | None = None
    to_nodes_of_group: bool = False

    @property
    def uri(self) -> str:
        return str(self.activity["id"])

    @property
    def type(self) -> str:
        return str(self.activity["type"])


def new_id(node: Node) -> str:
    """An id for an activity that has no address of its own otherwise."""
    return node.uri(f"/activities/{node.ids.next()}")


def remote(*accounts: AccountView) -> tuple[int, ...]:
    """The ids of those who live elsewhere; nobody needs to be told over the wire of what happens in the same house."""
    return tuple(account.id for account in accounts if not account.local)
