"""A batch: many things of a kind done in one transaction, so that what they all ask is asked once, and what they all write is written together.

`workers/incoming` opens one for a transaction and gives its verbs a node that carries it (`Node.batch`); without one, everything is asked and written at
once. So a batch may change how often the database is asked and never what is true: it remembers only what nothing inside the batch changes, and it puts off
only rows that nothing inside the batch reads. Whoever does other things in the same transaction calls `write` and `forget` first.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fediverse.database.database import Database, json_text

if TYPE_CHECKING:
    from fediverse.node import Node
    from fediverse.queries.views import AccountView, PostView


class Batch:
    """*accounts* by id and by URI; *unknown* are URIs that are no account's; *posts* that a viewer sees, by the viewer's id and the post's id or URI;
    *may_have*: pairs of a host and the id of a post of ours that it may have; *unheard_of*: URIs of which no post, no tombstone and no answer is known;
    *alone*: those of them that nothing else in the batch names, so that their rows may wait; *not_undone*: account and URI of activities that were not taken back before they came.
    """

    def __init__(self) -> None:
        self.accounts: dict[int | str, AccountView] = {}
        self.unknown: set[str] = set()
        self.posts: dict[tuple[int, int | str], PostView] = {}
        self.may_have: set[tuple[str, int]] = set()
        self.unheard_of: set[str] = set()
        self.alone: set[str] = set()
        self.not_undone: set[tuple[int, str]] = set()
        self._first: dict[str, list[Sequence[Any]]] = {}
        self._later: dict[str, list[Sequence[Any]]] = {}
        self._at_once: set[str] = set()

    def remember(self, account: "AccountView") -> None:
        self.accounts[account.id] = self.accounts[account.uri] = account

    def forget(self) -> None:
        """Ask anew from now on."""
        self.accounts.clear()
        self.unknown.clear()
        self.posts.clear()
        self.may_have.clear()
        self.unheard_of.clear()
        self.alone.clear()
        self.not_undone.clear()

    def put_off(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        self._later.setdefault(sql, []).extend(rows)

    def put_off_first(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """As `put_off`, for rows that others refer to: they are written before all else."""
        self._first.setdefault(sql, []).extend(rows)

    def put_off_at_once(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """As `put_off`, for a statement that takes all its rows as one JSON value."""
        self._at_once.add(sql)
        self.put_off(sql, rows)

    def holds(self, sql: str) -> bool:
        """Whether something waits to be written by this statement."""
        return bool(self._later.get(sql))

    async def write(self, database: Database) -> None:
        """Write what was put off, statement by statement in the order in which they were first met; what others refer to first.

        The rows of one statement go by their last value, which is what they lock: so two transactions take their turns and never wait for each other.
        """
        first, self._first = self._first, {}
        later, self._later = self._later, {}
        for sql, rows in (*first.items(), *later.items()):
            ordered = sorted(rows, key=lambda values: str(values[-1]))
            if sql in self._at_once:
                await database.execute(sql, json_text(ordered))
            else:
                await database.execute_many(sql, ordered)


async def write_later(node: "Node", sql: str, *rows: Sequence[Any]) -> None:
    """Run *sql* for each of *rows* before the batch is committed; at once where there is no batch. For rows that nothing reads until then."""
    if node.batch is not None:
        node.batch.put_off(sql, rows)
    else:
        await node.database.execute_many(sql, rows)


async def write_at_once(node: "Node", sql: str, *rows: Sequence[Any]) -> None:
    """As `write_later`, for a statement whose one value is all the rows, as JSON: where finding out how to run it takes longer than running it."""
    if node.batch is not None:
        node.batch.put_off_at_once(sql, rows)
    elif rows:
        await node.database.execute(sql, json_text(rows))
