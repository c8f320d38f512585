"""A person's day on the built-in pages, in a real browser: with and without scripts, on a desk and on a phone, in English and in French."""

import io

import pytest
from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.conftest import Open
from tests.support.nodes import PASSWORD, Person, RunningNode

WIDTHS = (1280, 390)
EVERY_PAGE = (
    "/",
    "/company",
    "/network",
    "/notifications",
    "/search?q=hello",
    "/people",
    "/compose",
    "/groups",
    "/groups/new",
    "/@alice",
    "/bookmarks",
    "/settings/profile",
    "/settings/preferences",
    "/settings/apps",
    "/silenced",
    "/admin/domains",
    "/admin/domains/add",
    "/admin/domains/check?host=beta.example",
    "/admin/deliveries",
    "/admin/people",
)


async def sign_in(page: Page, name: str) -> None:
    await page.goto("/")
    await page.locator("#user_email").fill(name)
    await page.locator("#user_password").fill(PASSWORD)
    await page.locator("main button[type=submit]").click()
    await expect(page).to_have_url("http://acme.localhost:8001/")


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
async def test_person_writes_reads_answers_and_leaves(
    home: RunningNode, alice: Person, carol: Person, open_page: Open, width: int, *, scripts: bool
) -> None:
    """Sign in, post with a picture, be answered, answer, like, change the profile, sign out; scripts only add comfort."""
    page = await open_page(width=width, scripts=scripts)
    await sign_in(page, "alice")

    await page.get_by_label("Your post").fill("The canteen opens on Monday #news")
    await page.locator("summary", has_text="Files").click()
    await page.get_by_label("File 1").set_input_files(
        {"name": "menu.png", "mimeType": "image/png", "buffer": picture()}
    )
    await page.get_by_label("Description for those who do not see it").first.fill("The menu of the week")
    await page.locator("select[name=audience]").select_option("company")
    await page.get_by_role("button", name="Post", exact=True).click()
    await expect(page.get_by_role("status")).to_contain_text("Your post is out.")
    post = page.locator("article", has_text="The canteen opens")
    await expect(post.get_by_alt_text("The menu of the week")).to_be_visible()
    assert (
        await post.get_by_alt_text("The menu of the week").evaluate("picture => picture.naturalWidth") > 0
        or not scripts
    )

    await carol.client.post("/api/v1/statuses", data={"status": "@alice is there coffee?"})
    await home.settle()
    await page.goto("/notifications")
    asked = page.locator("article", has_text="is there coffee?")
    await asked.get_by_role("button", name="Like").click()
    await expect(
        page.locator("article", has_text="is there coffee?").get_by_role("button", name="Like")
    ).to_have_attribute("aria-pressed", "true")
    await page.locator("article", has_text="is there coffee?").get_by_role("link", name="Reply").click()
    await expect(page.get_by_label("Your reply")).to_have_value("@carol ")
    await page.get_by_label("Your reply").fill("@carol Yes, and it is good.")
    await page.get_by_role("button", name="Reply", exact=True).click()
    await expect(page.locator(".descendants article")).to_contain_text("Yes, and it is good.")

    await page.goto("/settings/profile")
    await page.get_by_label("Name", exact=True).fill("Alice Martin")
    await page.get_by_role("button", name="Save").click()
    await page.goto("/@alice")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Alice Martin")

    if width < 760:
        await page.get_by_role("link", name="Menu", exact=True).click()
    await page.get_by_role("button", name="Sign out").click()
    await page.goto("/notifications")
    await expect(page.locator("#user_email")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
async def test_audience_line_follows_the_choice(
    home: RunningNode, alice: Person, open_page: Open, *, scripts: bool
) -> None:
    """Before anything is sent the page says who will see it, by the rules of this moment."""
    await home.allow("beta.example")
    page = await open_page(scripts=scripts)
    await sign_in(page, "alice")
    line = page.locator(".audience-line:visible")
    said = {}

    for choice in ("network", "quietly", "company", "followers", "named"):
        await page.locator("select[name=audience]").select_option(choice)
        await expect(line).to_have_count(1)
        said[choice] = await line.inner_text()

    assert "on the allowed nodes: beta.example" in said["network"]
    assert "common timelines" in said["quietly"]
    assert "nobody else" in said["company"]
    assert "your 0 followers" in said["followers"]
    assert "@name" in said["named"]
    assert all("beta.example" not in said[choice] for choice in ("company", "named"))


async def test_pages_are_in_french_for_a_french_browser(home: RunningNode, alice: Person, open_page: Open) -> None:
    """From the sign-in page on; the language of the document is said to screen readers."""
    page = await open_page(locale="fr-FR")
    await page.goto("/")
    await expect(page.get_by_role("button", name="Se connecter")).to_be_visible()

    await sign_in(page, "alice")
    await page.get_by_label("Votre publication").fill("Bonjour à tous")
    await page.get_by_role("button", name="Publier").click()

    await expect(page.get_by_role("status")).to_contain_text("C’est publié.")
    assert await page.locator("html").get_attribute("lang") == "fr"
    await expect(page.locator("article time").first).to_have_text("à l’instant")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [True, False])
async def test_no_page_is_wider_than_the_screen(
    home: RunningNode, alice: Person, open_page: Open, width: int, *, dark: bool
) -> None:
    """Long words, long names and every administrator's page; and nothing on them is complained about by the browser."""
    await home.person("root", "admin")
    await home.allow("a-rather-long-name-of-a-subsidiary.example", reason="joint project")
    await alice.client.post(
        "/api/v1/statuses", data={"status": "hello " + "w" * 300 + " https://example.org/" + "a" * 200}
    )
    await alice.client.get(
        "/api/v2/search", params={"q": "@eve@somewhere-that-nobody-allowed.example", "resolve": "true"}
    )
    page = await open_page(width=width, dark=dark)
    await sign_in(page, "root")

    wider = []
    for path in EVERY_PAGE:
        await page.goto(path)
        if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wider.append(path)

    assert wider == []
    await page.goto("/admin/domains")
    await expect(page.get_by_role("row").filter(has_text="somewhere-that-nobody-allowed.example").first).to_be_visible()


async def test_keyboard_reaches_the_content_first(alice: Person, open_page: Open) -> None:
    """The first stop leads past the navigation; controls say what they are."""
    page = await open_page()
    await sign_in(page, "alice")

    await page.keyboard.press("Tab")
    await expect(page.locator(":focus")).to_have_text("Skip to content")
    await page.keyboard.press("Enter")

    await expect(page.locator("main")).to_be_focused()
    unnamed = await page.evaluate(
        "[...document.querySelectorAll('button, a[href], summary, select, textarea, input:not([type=hidden])')]"
        ".filter(one => one.tabIndex >= 0 && !(one.innerText || one.textContent || one.ariaLabel || one.labels?.length || '').toString().trim())"
        ".map(one => one.outerHTML)"
    )
    assert unnamed == []


async def test_character_counter_warns_before_the_limit(alice: Person, open_page: Open) -> None:
    """As the server counts: an address is 23 characters, however long."""
    page = await open_page()
    await sign_in(page, "alice")
    text, counter = page.get_by_label("Your post"), page.locator(".counter")

    await text.fill("x" * 4976 + " https://example.org/" + "a" * 500)
    await expect(counter).to_have_text("0")
    await text.fill("x" * 5001)

    await expect(counter).to_have_text("-1")
    await expect(text).to_have_attribute("aria-invalid", "true")
