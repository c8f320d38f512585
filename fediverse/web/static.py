"""The style sheet, the script and the pictures of the pages: a handful of files, read once, open to everybody because the sign-in page needs them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from fediverse.errors import NotFound
from fediverse.web.translations import templates_folder

_MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True, slots=True)
class Asset:
    body: bytes
    media_type: str
    digest: str


@cache
def assets() -> Mapping[str, Asset]:
    """Every file below templates/static, by its name. Types that are not listed here are not served."""
    found = {}
    for file in sorted((templates_folder() / "static").iterdir()):
        if file.suffix in _MEDIA_TYPES:
            body = file.read_bytes()
            found[file.name] = Asset(body, _MEDIA_TYPES[file.suffix], hashlib.sha256(body).hexdigest()[:16])
    return MappingProxyType(found)


def static_path(name: str) -> str:
    """Where a page links *name*; the address changes with the content, so that browsers may keep it for good."""
    return f"/static/{name}?v={assets()[name].digest}"


async def static(request: Request) -> Response:
    asset = assets().get(request.path_params["name"])
    if asset is None:
        raise NotFound
    etag = f'"{asset.digest}"'
    lasting = request.query_params.get("v") == asset.digest
    headers = {
        "ETag": etag,
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "public, no-cache",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(asset.body, media_type=asset.media_type, headers=headers)
