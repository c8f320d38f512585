"""Links to media that carry their own permission: clients load images without a token, and nothing here is world-readable.

A link is made when a post is rendered for somebody who may see it, names one file, and dies within the hours that a page stays open.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta

from fediverse.clock import to_ms
from fediverse.node import Node

LIFETIME = timedelta(hours=12)
_STEP_S = 3600  # links made within the same hour are equal, so that browsers may keep the image


def signed_path(node: Node, path: str, now: datetime) -> str:
    """*path* with its permission: `?e=` the hour of expiry, `?t=` a MAC over path and hour."""
    expires = int(to_ms(now) / 1000 // _STEP_S) + int(LIFETIME.total_seconds() // _STEP_S)
    return f"{path}?e={expires}&t={_mac(node, path, expires)}"


def is_permitted(node: Node, path: str, expires: str, token: str, now: datetime) -> bool:
    """Whether `e=` *expires* and `t=` *token* permit *path* now."""
    if not expires.isascii() or not expires.isdigit() or len(expires) > 10:
        return False
    hour = int(expires)
    return hour * _STEP_S > to_ms(now) / 1000 and hmac.compare_digest(_mac(node, path, hour).encode(), token.encode())


def _mac(node: Node, path: str, hour: int) -> str:
    return urlsafe_b64encode(node.keyring.hmac("media-link", f"{path} {hour}".encode())[:18]).decode()
