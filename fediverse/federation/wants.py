"""What an activity needs to have looked up, elsewhere, before it can be judged. Pure: `activities/*` say it, `activities.prepare` does it.

The hosts of all that is required are also what `receive.admit()` asks the domain policy about: we would act on them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wants:
    """URIs of *accounts* and *posts* that must be known, and of *fresh_accounts* that must be asked anew. Hints are worth knowing: whoever cannot be
    had, or is not allowed, stays unknown and nothing else changes.
    """

    accounts: frozenset[str] = frozenset()
    posts: frozenset[str] = frozenset()
    fresh_accounts: frozenset[str] = frozenset()
    hinted_accounts: tuple[str, ...] = ()
    hinted_posts: tuple[str, ...] = ()

    @property
    def required(self) -> frozenset[str]:
        return self.accounts | self.posts | self.fresh_accounts


NOTHING = Wants()
