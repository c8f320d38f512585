"""An activity's document → `Activity`.

Called by `federation/` for each body that arrives and each activity inside an Announce, after `reading`. It says who claims to do what;
whether the signer is that actor, and whether ids and hosts agree, is asked by `federation/receive`. `bto` and `bcc` are never read.
"""

from dataclasses import dataclass
from datetime import datetime

from fediverse.activitystreams.shapes import require_shape
from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import (
    PUBLIC,
    audience_of,
    datetime_of,
    id_of,
    ids_of,
    objects_of,
    only_id_of,
    types_of,
    web_id_of,
)
from fediverse.errors import Malformed


@dataclass(frozen=True, slots=True)
class Activity:
    """Who does what to what. *object_id* and *object* are the one object's id and, when it is embedded, its document.

    Several objects (Flag's list, votes in one Create) leave both None: *object_ids* and *embedded* hold them all, whatever their number.
    """

    id: str | None
    type: str
    actor: str
    object_id: str | None
    object: JSON | None
    target_id: str | None
    to: tuple[str, ...]
    cc: tuple[str, ...]
    audience: tuple[str, ...]
    published: datetime | None
    raw: JSON
    object_ids: tuple[str, ...] = ()
    embedded: tuple[JSON, ...] = ()


def parse_activity(document: JSON) -> Activity:
    """The activity in *document*. Raises Malformed without one type and exactly one actor, or when it has the shape of something else."""
    require_shape(document, "activity")
    objects = document.get("object")
    object_ids, embedded = ids_of(objects), tuple(objects_of(objects))
    single = not isinstance(objects, list) or len(objects) == 1
    return Activity(
        id=id_of(document),
        type=_type(document),
        actor=_actor(document),
        object_id=object_ids[0] if single and object_ids else None,
        object=embedded[0] if single and embedded else None,
        target_id=only_id_of(document.get("target")),
        to=audience_of(document.get("to")),
        cc=audience_of(document.get("cc")),
        audience=audience_of(document.get("audience")),
        published=datetime_of(document.get("published")),
        raw=document,
        object_ids=object_ids,
        embedded=embedded,
    )


def _type(document: JSON) -> str:
    types = dict.fromkeys(types_of(document))
    if len(types) != 1:  # of two types, one server would apply the first and another the second
        raise Malformed("An activity has one type.")
    return next(iter(types))


def _actor(document: JSON) -> str:
    actor = web_id_of(document.get("actor"))
    if actor is None or actor == PUBLIC:
        raise Malformed("The activity has no usable actor.")
    return actor
