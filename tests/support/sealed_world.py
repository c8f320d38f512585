"""A node with real sockets, an allowed friend and a refused host, and what may be known of the refused one afterwards."""

from dataclasses import dataclass
from datetime import timedelta

from tests.federation.scripted import Actor
from tests.support.clocks import StoppedClock
from tests.support.hostile import Elsewhere
from tests.support.journeys import rows_of
from tests.support.listeners import Listener, Names
from tests.support.nodes import Person, RunningNode

# Where the refused host's name may stand nevertheless: in what people and allowed servers said, as words and as links that nobody follows without asking the
# policy, and in what our administrators wrote down about it. In no other column of any table.
WORDS = {
    "account_warning": {"text"},
    "account_list": {"title"},
    "account_note": {"comment"},
    "local_user": {"attribution_domains"},
    "announcement": {"text"},
    "account": {
        "note",
        "note_source",
        "display_name",
        "fields_shown",
        "url",
        "also_known_as",
        "moved_to_uri",
        "emojis",
        "avatar_remote_url",
    }
    | {"header_remote_url", "outbox_url", "followers_url", "following_url", "featured_url"},
    "domain_rule": {"pattern", "reason", "words"},
    "emoji": {"remote_url"},
    "event": {"data"},
    "inbound_activity": {"body", "problem"},
    "media": {"remote_url", "alt"},
    "oauth_app": {"name", "redirect_uris", "website"},
    "outbound_activity": {"body"},
    "post": {"content", "source", "summary", "title", "url", "reply_to_uri"},
    "post_edit": {"content", "source", "summary"},
    "post_search": {"content", "words", "text"},
    "quote": {"quoted_uri", "approval_uri"},
    "refused_contact": {"host"},
    "report": {"comment"},
}


@dataclass(frozen=True)
class World:
    """Our node with alice and an administrator; a server that we allow, with erin and frank; and one that we refuse, or allow, with mallet."""

    node: RunningNode
    alice: Person
    admin: Person
    friendly: Listener
    refused: Listener
    erin: Actor
    frank: Actor
    mallet: Actor
    names: Names
    clock: StoppedClock
    is_allowed: bool

    @property
    def elsewhere(self) -> Elsewhere:
        return Elsewhere(self.refused.origin)

    async def allow(self) -> None:
        await self.node.allow(self.refused.host)

    async def settle(self) -> None:
        """Work now, and whenever something would be tried again during the next days."""
        await self.node.settle()
        for _hours in range(4):
            self.clock.advance(timedelta(hours=6))
            await self.node.settle()

    def forget(self) -> None:
        self.refused.forget()
        self.names.asked.clear()

    async def judge(self) -> None:
        """Nobody came to the refused host, nobody asked where it is, and no row names it but as words; if it is allowed, somebody came."""
        if self.is_allowed:
            assert self.refused.contacts > 0
            assert self.refused.name in self.names.asked
            return
        assert self.refused.asked == []
        assert self.refused.connections == 0
        assert self.refused.name not in self.names.asked
        named = await self.named_in()
        assert named == [], named

    async def named_in(self) -> list[str]:
        """Tables and columns in which the refused host stands without being allowed to."""
        return sorted(
            {
                f"{table}.{column}: {value}"
                for table, row in await rows_of(self.node)
                for column, value in row.items()
                if self.refused.name in str(value).lower() and column not in WORDS.get(table, ())
            }
        )
