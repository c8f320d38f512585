"""A real Chromium in front of a real node."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from tests.support.nodes import RunningNode
from tests.support.served import served

Open = Callable[..., Awaitable[Page]]

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def chromium(home: RunningNode) -> AsyncIterator[Browser]:
    """A browser that finds the node at its own name, whatever port it is served on."""
    async with served(home.app) as port, async_playwright() as playwright:
        mapped = f"--host-resolver-rules=MAP {home.host} 127.0.0.1:{port}"
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, mapped])
        yield browser
        await browser.close()


@pytest.fixture
async def open_page(home: RunningNode, chromium: Browser) -> AsyncIterator[Open]:
    """Opens a page in a new browser profile, of any language and width. What pages complain about on the console fails the test at its end."""
    complaints: list[str] = []
    async with AsyncExitStack() as exits:

        def hear(message: ConsoleMessage) -> None:
            if message.type in {"error", "warning"}:
                complaints.append(message.text)

        async def new(*, locale: str = "en-GB", width: int = 1280, scripts: bool = True, dark: bool = False) -> Page:
            context: BrowserContext = await chromium.new_context(
                base_url=f"http://{home.host}",
                locale=locale,
                viewport={"width": width, "height": 844},
                java_script_enabled=scripts,
                color_scheme="dark" if dark else "light",
            )
            exits.push_async_callback(context.close)
            page = await context.new_page()
            page.on("console", hear)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            return page

        yield new
    assert complaints == []
