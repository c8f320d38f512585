"""How documents are answered to other servers: never for a shared cache, since what one server may read another may not."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

from fediverse.activitystreams.strict_json import JSON
from fediverse.remote.media_types import ACTIVITY_JSON

PRIVATE: Mapping[str, str] = {"Cache-Control": "private, no-store", "Vary": "Accept, Signature, Authorization"}


def activity_json(document: JSON, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(orjson.dumps(document), status, {**PRIVATE, **(headers or {})}, ACTIVITY_JSON)


def json_of(content: Any, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """*content* as JSON of *media_type*, written as given: parameters of NodeInfo's type must not be touched."""
    return Response(orjson.dumps(content), headers={**PRIVATE, **(headers or {}), "Content-Type": media_type})
