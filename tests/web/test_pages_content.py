"""Small rules of the pages: links and pictures in texts, dates, neighbours of a page, the network of an audience."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request

from fediverse.policy.domains import Direction, Effect, Reach, Rule, RuleSet
from fediverse.queries.views import AccountView, CustomEmoji, MentionView, Page, PostView
from fediverse.web.audience import COMPANY, FOLLOWERS, NAMED, NETWORK, QUIETLY, audience_of, choices, network, usual
from fediverse.web.content import initials, name_html, post_html, post_path, profile_path, tag_path, tint
from fediverse.web.dates import ago, day, full
from fediverse.web.paging import Links, links, offset_links
from fediverse.web.translations import translator
from fediverse.web.visits import local_path

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)
_EMPTY: dict[str, Any] = {"str": "", "int": 0, "bool": False, "tuple": ()}


def blank(view: type[Any], **values: object) -> Any:
    """A view with nothing in it but *values*."""
    texts = {field.name: _empty(str(field.type)) for field in fields(view)}
    return view(**{**texts, **values})


def _empty(kind: str) -> object:
    if "None" in kind:
        return None
    return next((value for name, value in _EMPTY.items() if kind.startswith(name) or f"'{name}'" in kind), "")


def account(name: str = "Léa Fontaine", username: str = "lea", domain: str = "") -> AccountView:
    view: AccountView = blank(
        AccountView, id=1, username=username, domain=domain, host=domain, display_name=name, kind="person"
    )
    return view


def post(content: str = "", **values: object) -> PostView:
    view: PostView = blank(PostView, id=7, author=account(), content=content, visibility="public", **values)
    return view


def request(query: str = "") -> Request:
    return Request(
        {
            "type": "http",
            "path": "/company",
            "headers": [],
            "query_string": query.encode(),
            "server": ("x", 80),
            "scheme": "http",
        }
    )


def rule(pattern: str, effect: Effect = Effect.ALLOW, **values: Any) -> Rule:
    return Rule(f"{pattern}-{effect}", pattern, effect, **values)


def test_mention_leads_to_the_profile_on_this_node() -> None:
    """Whether the link names the page or the id of the person; other links stay."""
    bob = MentionView(
        2, "bob", "bob@beta.example", "https://beta.example/@bob", "https://beta.example/users/bob", silent=False
    )
    shown = post_html(
        post(
            '<p><a href="https://beta.example/@bob" class="u-url mention">@bob</a> <a href="https://beta.example/users/bob">b</a>'
            ' <a href="https://beta.example/@eve">@eve</a></p>',
            mentions=(bob,),
        )
    )

    assert shown.count('href="/@bob@beta.example"') == 2
    assert 'href="https://beta.example/@eve"' in shown


def test_tag_of_the_post_leads_to_the_tag_on_this_node() -> None:
    """A link that only looks like a tag's stays as it is."""
    shown = post_html(
        post(
            '<p><a href="https://beta.example/tags/Qualit%C3%A9">#Qualité</a> <a href="https://beta.example/tags/other">x</a>'
            ' <a href="https://shop.example/qualité">y</a></p>',
            tags=("qualité",),
        )
    )

    assert 'href="/tags/Qualit%C3%A9"' in shown
    assert 'href="https://beta.example/tags/other"' in shown
    assert 'href="https://shop.example/qualité"' in shown


def test_emoji_stand_in_texts_and_never_in_markup() -> None:
    """A shortcode inside an address or a class is none."""
    emoji = CustomEmoji("wave", "https://x/wave.webp?a=1&b=2", "")
    shown = post_html(post('<p title=":wave:">:wave: :unknown: <a href="https://x/:wave:">l</a></p>', emojis=(emoji,)))

    assert shown.count("<img") == 1
    assert 'src="https://x/wave.webp?a=1&amp;b=2"' in shown
    assert 'href="https://x/:wave:"' in shown
    assert ":unknown:" in shown


def test_name_is_text_even_with_emoji() -> None:
    """Only our own picture becomes markup."""
    person = replace(account("<b>Léa</b> :wave:"), emojis=(CustomEmoji("wave", "/e", ""),))

    shown = name_html(person)

    assert shown.startswith("&lt;b&gt;Léa&lt;/b&gt; <img")


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Léa Fontaine", "LF"),
        ("tom", "T"),
        ("Jean-Pierre de la Tour", "JT"),
        ("éric", "É"),
        ("🙂", "L"),
        ("(Paul)", "L"),
        ("", "L"),
    ],
)
def test_initials_stand_for_a_missing_picture(name: str, letters: str) -> None:
    """The first and the last word; the short name when there is no letter."""
    assert initials(account(name)) == letters
    assert 0 <= tint(account(name)) < 8


def test_paths_are_safe_in_addresses() -> None:
    """Names with a port, tags with letters of any script."""
    assert profile_path("bob@beta.localhost:8002") == "/@bob@beta.localhost:8002"
    assert profile_path('x"y/z') == "/@x%22y%2Fz"
    assert tag_path("qualité/x") == "/tags/qualit%C3%A9%2Fx"
    assert post_path(post()) == "/@lea/7"


@pytest.mark.parametrize(
    ("passed", "english", "french"),
    [
        (timedelta(seconds=-30), "now", "à l’instant"),
        (timedelta(seconds=59), "now", "à l’instant"),
        (timedelta(minutes=5), "5 min", "5 min"),
        (timedelta(hours=23), "23 h", "23 h"),
        (timedelta(days=6, hours=23), "6 d", "6 j"),
        (timedelta(days=11), "1 Mar", "1er mars"),
        (timedelta(days=80), "22 Dec 2025", "22 déc. 2025"),
    ],
)
def test_time_is_told_as_people_do(passed: timedelta, english: str, french: str) -> None:
    """Short while it is recent, then the date, then the year as well."""
    said = [ago(NOW - passed, NOW, translator(locale)) for locale in ("en", "fr")]

    assert said == [english, french]


def test_full_date_names_its_zone() -> None:
    """Without scripts nobody knows where the reader is."""
    assert full(NOW, translator("en")) == "12 March 2026, 14:05 UTC"
    assert day(NOW, "fr") == "12 mars 2026"


def test_full_page_leads_to_older_and_only_a_later_page_to_newer() -> None:
    """The first page has nothing newer; a page that is not full has nothing older."""
    first = links(request(), Page(limit=2), [9, 8])
    middle = links(request("max_id=8&with=media"), Page(limit=2, max_id=8), [7, 6])
    last = links(request("max_id=6"), Page(limit=2, max_id=6), [5])
    past = links(request("max_id=5"), Page(limit=2, max_id=5), [])
    back = links(request("min_id=6"), Page(limit=2, min_id=6), [7])

    assert first == Links(older="/company?max_id=8")
    assert middle == Links(newer="/company?with=media&min_id=7", older="/company?with=media&max_id=6")
    assert last == Links(newer="/company?min_id=5")
    assert past == Links(newer="/company")
    assert back == Links(older="/company?max_id=7")


def test_list_by_number_leads_on_and_back() -> None:
    """For results that have no order of their own."""
    assert offset_links(request("q=x"), 0, 20, 20) == Links(older="/company?q=x&offset=20")
    assert offset_links(request("q=x"), 20, 20, 3) == Links(newer="/company?q=x&offset=0")


def test_network_is_whom_the_rules_let_us_deliver_to_now() -> None:
    """Denied, held, drafted, expired and one-way rules do not count; a narrow reach stands apart."""
    rules = RuleSet(
        [
            rule("beta.example"),
            rule("*.delta.example"),
            rule("gamma.example", reach=Reach.ADDRESSED),
            rule("held.example"),
            rule("held.example", Effect.HOLD),
            rule("denied.example", Effect.DENY),
            rule("draft.example", draft=True),
            rule("past.example", valid_to=NOW),
            rule("inward.example", directions=frozenset({Direction.IN_POST})),
        ]
    )

    reached = network(rules, NOW)

    assert reached.nodes == ("*.delta.example", "beta.example")
    assert reached.addressed == ("gamma.example",)
    assert network(RuleSet([]), NOW).nodes == ()


@pytest.mark.parametrize(
    ("visibility", "local_only", "expected"),
    [
        ("public", True, COMPANY),
        ("public", False, NETWORK),
        ("unlisted", False, QUIETLY),
        ("unlisted", True, COMPANY),
        ("private", False, FOLLOWERS),
        ("direct", True, NAMED),
    ],
)
def test_audience_of_a_post_has_one_name(visibility: str, *, local_only: bool, expected: object) -> None:
    """The narrower word where two would fit."""
    assert audience_of(replace(post(), visibility=visibility, local_only=local_only)) is expected  # type: ignore[arg-type]


def test_reply_offers_nothing_wider_than_what_it_answers() -> None:
    """Each audience below itself, and never one above."""
    for below, wider in ((COMPANY, NETWORK), (QUIETLY, NETWORK), (FOLLOWERS, COMPANY), (NAMED, FOLLOWERS)):
        answered = replace(post(), visibility=below.visibility, local_only=below.local_only)
        assert below in choices(answered)
        assert wider not in choices(answered)
    assert usual("public", "company") is COMPANY
    assert usual("public", "network") is NETWORK
    assert usual("private", "company") is FOLLOWERS


@pytest.mark.parametrize(
    "text",
    ["", "//evil.example", "/\\evil.example", "http://evil.example", "\\/evil", "/a\nb", "/a\\b", "a", "/\t/evil"],
)
def test_only_a_path_of_ours_leads_back(text: str) -> None:
    """Everything that a browser may read as another site is refused."""
    assert local_path(text, "/safe") == "/safe"


def test_path_of_ours_leads_back() -> None:
    """The twin, with query and fragment."""
    assert local_path("/company?max_id=5#post-7") == "/company?max_id=5#post-7"
