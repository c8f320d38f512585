"""A person with a browser on the way through the sign-in and consent pages, for client applications that send people there."""

from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urlsplit

import httpx2
from mastodon import Mastodon

from tests.support.processes import PASSWORD, ServedNode, ServedPerson

OpenClient = Callable[..., Mastodon]
"""Makes a client of Mastodon.py for the node in question, with its `access_token`, or `client_id` and `client_secret`, or none of these."""


class _Form(HTMLParser):
    """The one form of a page: where it goes and what its fields hold. Buttons are for the person to press."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.action = ""
        self.values: dict[str, str] = {}
        self._is_inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and found.get("method") == "post":
            self.action, self._is_inside = found["action"], True
        elif tag == "input" and self._is_inside:
            self.values[found["name"]] = found.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_inside = False


def decide(node: ServedNode, person: ServedPerson, url: str, decision: str = "allow") -> httpx2.Response:
    """What answers the person's last click: signed in at *url*, where an application sent them, they `allow` it or `deny`."""
    browser = node.client()
    page = browser.get(_path(url), follow_redirects=True)
    page = _send(browser, page, email=person.username, password=PASSWORD)
    assert page.status_code == 303, page.text
    page = browser.get(page.headers["location"], follow_redirects=True)
    return _send(browser, page, decision=decision)


def code_shown(node: ServedNode, person: ServedPerson, url: str) -> str:
    """The code that the page shows for a client without an address of its own, once the person allowed it."""
    page = decide(node, person, url).text
    return unescape(page.partition("<code>")[2].partition("</code>")[0])


def _send(browser: httpx2.Client, page: httpx2.Response, **values: str) -> httpx2.Response:
    assert page.status_code == 200, page.text
    form = _Form(page.text)
    assert form.action, "the page has no form"
    return browser.post(form.action, data={**form.values, **values})


def _path(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
