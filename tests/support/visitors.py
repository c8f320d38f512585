"""A person in front of the pages, without scripts: reads forms as a browser does, changes a few fields and presses a button."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import httpx2

from fediverse.actions.sessions import start_session
from tests.support.nodes import Person, RunningNode

Files = Mapping[str, tuple[str, bytes, str]]


@dataclass
class Form:
    """What a form would send: its fields as they stand, and where its buttons send them."""

    action: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    targets: set[str] = field(default_factory=set)
    multipart: bool = False


class Visitor:
    """Somebody who is signed in at a node's pages, or a stranger to them."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client

    async def open(self, path: str, **headers: str) -> httpx2.Response:
        return await self.client.get(path, headers=headers)

    async def press(
        self, page: httpx2.Response, target: str, files: Files | None = None, /, **changes: str | list[str] | None
    ) -> httpx2.Response:
        """Presses the button of *page* that leads to *target*. A change of None leaves a field away, as an empty tick box does."""
        form = form_to(page, target)
        data: dict[str, list[str]] = {}
        for name, value in form.fields:
            data.setdefault(name, []).append(value)
        for name, change in changes.items():
            data.pop(name, None)
            if change is not None:
                data[name] = [change] if isinstance(change, str) else change
        return await self.client.post(target, data=data, files=dict(files) if files else None)

    async def follow(self, answer: httpx2.Response) -> httpx2.Response:
        """Where *answer* leads to. The answer must be the redirect after a form that was accepted."""
        assert answer.status_code == 303, answer.text
        return await self.client.get(answer.headers["location"])


@asynccontextmanager
async def visiting(running: RunningNode, person: Person | None = None) -> AsyncIterator[Visitor]:
    """A browser at *running*, signed in as *person*."""
    async with running.browser() as client:
        if person is not None:
            with running.node.database.active():
                session = await start_session(running.node, person.id)
            client.cookies.set("session", session.cookie)
        yield Visitor(client)


def form_to(page: httpx2.Response, target: str) -> Form:
    """The form of *page* that a button sends to *target*."""
    reader = _Forms()
    reader.feed(page.text)
    found = [form for form in reader.forms if target in form.targets]
    assert found, f"no form of the page leads to {target}"
    return found[0]


def fields_of(page: httpx2.Response, target: str) -> dict[str, str]:
    """The fields of the form of *page* that leads to *target*, as they stand."""
    return dict(form_to(page, target).fields)


def targets_of(page: httpx2.Response, ending: str) -> list[str]:
    """Where the forms and buttons of *page* lead to, as far as it ends so; each once."""
    found = [unescape(target) for target in re.findall(r'action="([^"]*)"', page.text)]
    return list(dict.fromkeys(target for target in found if target.endswith(ending)))


def link_of(page: httpx2.Response, mark: str) -> str:
    """The address of the first link of *page* that carries *mark*, as `rel="next"`."""
    found = re.search(rf'href="([^"]*)" {mark}', page.text)
    assert found, f"the page has no link with {mark}"
    return unescape(found[1])


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._inside = False
        self._textarea: str | None = None
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = values.get("method") == "post"
            if self._inside:
                self.forms.append(Form(values.get("action", ""), multipart="enctype" in values))
        elif self._inside:
            self._field(tag, values)

    def _field(self, tag: str, values: dict[str, str]) -> None:
        form = self.forms[-1]
        if tag == "button":
            form.targets.add(values.get("formaction", form.action))
        elif tag == "input" and values.get("type") not in {"file", "checkbox", "radio"}:
            form.fields.append((values.get("name", ""), values.get("value", "")))
        elif tag == "input" and "checked" in values:
            form.fields.append((values["name"], values.get("value", "on")))
        elif tag == "textarea":
            self._textarea = values["name"]
            form.fields.append((values["name"], ""))
        elif tag == "select":
            self._select = values["name"]
        elif tag == "option" and self._select is not None:
            self._option(form, values)

    def _option(self, form: Form, values: dict[str, str]) -> None:
        chosen = [name for name, _ in form.fields]
        if "selected" in values and self._select in chosen:
            form.fields = [(name, value) for name, value in form.fields if name != self._select]
            chosen.remove(self._select)
        if self._select is not None and self._select not in chosen:
            form.fields.append((self._select, values.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._textarea is not None:
            name, text = self.forms[-1].fields[-1]
            self.forms[-1].fields[-1] = (name, text + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = None
        elif tag == "select":
            self._select = None
        elif tag == "form":
            self._inside = False
