"""A browser without scripts: keeps cookies, reads a page's form and sends it, and never follows a redirect by itself."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape

import httpx2
from starlette.types import ASGIApp

from fediverse.app import create_app
from fediverse.node import Node

_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Browser(httpx2.AsyncClient):
    """A person at *address*, in front of one node."""

    async def send_form(self, page: httpx2.Response, **values: str) -> httpx2.Response:
        """The form of *page*, with its hidden values and *values*."""
        found = _FORM.search(page.text)
        assert found is not None, "the page has no form"
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(found[2])}
        return await self.post(unescape(found[1]), data={**hidden, **values})

    async def sign_in(self, name: str, password: str, path: str = "/auth/sign_in") -> httpx2.Response:
        """Fetches the page at *path* and signs in there."""
        return await self.send_form(await self.get(path), email=name, password=password)


@asynccontextmanager
async def browsing(node: Node, address: str = "203.0.113.7", app: ASGIApp | None = None) -> AsyncIterator[Browser]:
    """A new browser. Several share the node's counters when they are given the same *app*."""
    transport = httpx2.ASGITransport(app=app or create_app(node), client=(address, 4711))
    async with Browser(transport=transport, base_url=node.settings.origin) as browser:
        yield browser
