"""`AdmittedActivity`: an activity of which it is proved that its actor sent it, from a host that may speak with us. Trust as a type.

Made by `receive.py` (by `admit`, and by `readmit` from the queue's row of an earlier `admit`), and by `relayed.py` for what a group passed on and its actor
proved: the seal is a value that no other module imports, which a test checks. `activities/*` and `workers` take it for granted and check nothing of it again but the domain policy.
"""

from dataclasses import InitVar, dataclass, field
from datetime import datetime
from typing import Final, Literal

from fediverse.activitystreams.activities import Activity

ProvedBy = Literal["signature", "proof", "origin"]


class _Seal:
    __slots__ = ()


SEAL: Final = _Seal()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmittedActivity:
    """*body* is exactly what was proved, and *activity* its one reading.

    *proved_by*: the actor signed the request; or the document carries the actor's proof (FEP-8b32); or it was fetched from its own origin.
    *via_group*: the group whose node passed it on. *origin* is that of both id and actor. *actor_id* is the account, when it was known at that moment. Raises TypeError
    without the seal.
    """

    id: str
    type: str
    actor_uri: str
    actor_id: int | None
    origin: str
    proved_by: ProvedBy
    activity: Activity
    body: bytes = field(repr=False)
    received_at: datetime
    via_group: int | None = None
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not SEAL:
            raise TypeError("Only federation.receive and federation.relayed make an AdmittedActivity")
