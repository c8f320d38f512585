"""Posts of other servers become `RemotePost`, harmless and readable, or Malformed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fediverse.activitystreams.attachments import MAX_ATTACHMENTS
from fediverse.activitystreams.objects import RemotePost, parse_post, visibility_of
from fediverse.activitystreams.polls import MAX_OPTIONS
from fediverse.activitystreams.tags import MAX_EMOJIS, MAX_HASHTAGS, MAX_MENTIONS
from fediverse.activitystreams.values import PUBLIC
from fediverse.errors import Malformed
from fediverse.text.markup import url_link
from fediverse.text.sanitise import clean_html

AUTHOR = "https://a.example/users/ana"
FOLLOWERS = f"{AUTHOR}/followers"
URI = "https://a.example/notes/1"
BOB = "https://b.example/users/bob"


def note(**more: Any) -> dict[str, Any]:
    """The least that a post needs, and *more*."""
    return {
        "id": URI,
        "type": "Note",
        "attributedTo": AUTHOR,
        "content": "<p>Hello</p>",
        "to": [PUBLIC],
        "cc": [FOLLOWERS],
    } | more


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": 1},
        {"id": "note-1"},
        {"id": "https:///1"},
        {"attributedTo": None},
        {"attributedTo": 1},
        {"attributedTo": True},
        {"attributedTo": {}},
        {"attributedTo": {"id": 1}},
        {"attributedTo": [AUTHOR, 1]},
        {"attributedTo": [AUTHOR, BOB]},
        {"attributedTo": "ana"},
        {"to": 1},
        {"to": [PUBLIC, 1]},
        {"cc": [[FOLLOWERS]]},
        {"inReplyTo": 1},
        {"context": True},
        {"tag": [{"type": "Mention", "href": 1}]},
        {"tag": [{"type": 1}]},
        {"type": None},
        {"type": 1},
        {"type": "Tombstone"},
        {"type": "Relationship"},
        {"type": "Create", "actor": AUTHOR},
        {"inbox": f"{AUTHOR}/inbox"},
        {"publicKeyPem": "x"},
        {"orderedItems": []},
    ],
)
def test_a_post_that_cannot_be_trusted_to_be_one_is_malformed(change: dict[str, Any]) -> None:
    """T-314, T-360: an author that is a number, a boolean, a list or nobody; ids of a wrong type; another shape."""
    assert parse_post(note())

    with pytest.raises(Malformed):
        parse_post(note(**change))


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (AUTHOR, AUTHOR),
        ([AUTHOR], AUTHOR),
        ({"type": "Person", "id": AUTHOR}, AUTHOR),
        ([{"id": AUTHOR}, f"{AUTHOR}/channel"], AUTHOR),
    ],
)
def test_an_author_may_come_in_many_shapes(author: Any, expected: str) -> None:
    """T-051: a string, a list, an object; several only from one origin, as PeerTube sends a person and a channel."""
    assert parse_post(note(attributedTo=author)).author_uri == expected


def test_blind_addressees_are_never_read() -> None:
    """T-090: what should not have been sent is not stored."""
    post = parse_post(note(bto=[BOB], bcc=[BOB]))

    assert BOB not in repr(post)


@pytest.mark.parametrize(
    ("to", "cc", "expected"),
    [
        ([PUBLIC], [FOLLOWERS], "public"),
        (["as:Public"], [], "public"),
        ([PUBLIC], [PUBLIC], "public"),
        ([FOLLOWERS], [PUBLIC], "unlisted"),
        ([BOB], ["Public"], "unlisted"),
        ([FOLLOWERS], [], "private"),
        ([BOB], [FOLLOWERS], "private"),
        ([BOB], [], "direct"),
        ([], [], "direct"),
        (["https://evil.example/users/eve/followers"], [], "direct"),
        ([f"{FOLLOWERS}/"], [], "direct"),
        (["public"], ["as:public"], "direct"),
    ],
)
def test_visibility_follows_the_addressing(to: list[str], cc: list[str], expected: str) -> None:
    """T-050: Public, quietly Public, the author's own followers, else only those named; another's followers widen nothing."""
    post = parse_post(note(to=to, cc=cc))

    assert visibility_of(post.to, post.cc, FOLLOWERS) == expected


def test_without_a_followers_collection_nothing_is_for_followers() -> None:
    """What cannot be compared is read in the narrowest way."""
    assert visibility_of([FOLLOWERS], [], None) == "direct"


@given(
    st.lists(st.sampled_from([PUBLIC, "as:Public", "Public", FOLLOWERS, BOB])),
    st.lists(st.sampled_from([PUBLIC, "Public", FOLLOWERS, BOB])),
)
def test_addressing_never_reads_wider_than_it_says(to: list[str], cc: list[str]) -> None:
    """No Public anywhere means neither public nor unlisted; no followers means not for followers."""
    visibility = visibility_of(to, cc, FOLLOWERS)

    named = (
        {"public"}
        if {PUBLIC, "as:Public", "Public"} & set(to)
        else {"unlisted"}
        if {PUBLIC, "Public"} & set(cc)
        else set()
    )
    assert {visibility} == (named or ({"private"} if FOLLOWERS in [*to, *cc] else {"direct"}))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "<p>Hello</p>"),
        ({"content": "<p>x<script>alert(1)</script></p>"}, "<p>x</p>"),
        ({"content": None, "contentMap": {"fr": "<p>Bonjour</p>"}}, "<p>Bonjour</p>"),
        ({"content": None}, ""),
        ({"content": "a < b\n\nc @bob", "mediaType": "text/plain"}, "<p>a &lt; b</p><p>c @bob</p>"),
        ({"content": "**a** #tag", "mediaType": "text/markdown; charset=utf-8"}, "<p><strong>a</strong> #tag</p>"),
        ({"name": "Topic <1>"}, "<p><strong>Topic &lt;1&gt;</strong></p><p>Hello</p>"),
        ({"name": "Topic", "inReplyTo": BOB}, "<p>Hello</p>"),
        ({"name": "Choice", "inReplyTo": BOB, "content": None}, ""),
        (
            {
                "type": "Article",
                "name": "News",
                "summary": "<p>Short</p>",
                "content": None,
                "url": "https://a.example/n",
            },
            f"<p><strong>News</strong></p><p>Short</p><p>{url_link('https://a.example/n')}</p>",
        ),
        ({"type": "Page", "name": "News", "summary": "Short"}, "<p><strong>News</strong></p><p>Hello</p>"),
        (
            {
                "type": "Event",
                "name": "Party",
                "startTime": "2026-12-18T18:30:00+01:00",
                "location": {"type": "Place", "name": "Room <2>"},
            },
            "<p><strong>Party</strong></p><p>2026-12-18 17:30 UTC · Room &lt;2&gt;</p><p>Hello</p>",
        ),
        (
            {"type": "Todo", "name": "Call", "content": None, "preview": {"type": "Note", "content": "<p>A to-do</p>"}},
            "<p><strong>Call</strong></p><p>A to-do</p>",
        ),
    ],
)
def test_every_kind_of_post_reads_well(change: dict[str, Any], expected: str) -> None:
    """T-323: titles are strong paragraphs, text is clean, what is not a Note shows its summary and link."""
    post = parse_post(note(**change))

    assert post.content_html == expected
    assert clean_html(post.content_html) == post.content_html


def test_a_vote_can_be_told_from_a_post() -> None:
    """A Note with a name and without text that answers something is how votes are cast."""
    assert parse_post(note(name="Here", content=None, inReplyTo=BOB)).looks_like_vote
    assert not parse_post(note(name="Here", inReplyTo=BOB)).looks_like_vote
    assert not parse_post(note(name="Here", content=None)).looks_like_vote


@pytest.mark.parametrize(
    ("change", "summary", "sensitive"),
    [
        ({"summary": "<p>Food &amp; more</p>"}, "Food & more", True),
        ({"summary": "", "sensitive": True}, "", True),
        ({"summary": None, "sensitive": "true"}, "", False),
        ({"type": "Article", "summary": "An abstract"}, "", False),
        ({"type": "Article", "summary": "Gore", "sensitive": True}, "Gore", True),
    ],
)
def test_a_content_warning_is_plain_text(change: dict[str, Any], summary: str, *, sensitive: bool) -> None:
    """The summary of a Note warns; that of an article is its abstract unless the article is marked sensitive."""
    post = parse_post(note(**change))

    assert (post.summary, post.sensitive) == (summary, sensitive)


def test_attachments_are_web_files_with_a_description() -> None:
    """T-326: addresses other than http(s) are left out; odd sizes, points and hashes are absent."""
    post = parse_post(
        note(
            attachment=[
                {
                    "type": "Document",
                    "mediaType": "Image/PNG; x=1",
                    "url": "https://f.example/a",
                    "name": "A\x00 cow",
                    "width": 10,
                    "height": -1,
                },
                {
                    "type": "Image",
                    "url": [{"type": "Link", "href": "https://f.example/b.webp"}],
                    "summary": "B",
                    "focalPoint": [0, 1],
                    "blurhash": "<script>",
                },
                {"type": "Video", "url": "data:video/mp4;base64,AAAA"},
                {"type": "Image", "url": "javascript:alert(1)"},
                {"type": "Note", "url": "https://f.example/note"},
                {"type": "Document", "url": "https://f.example/c", "focalPoint": [5, 0]},
                "https://f.example/only-an-id",
            ]
        )
    )

    assert [
        (media.url, media.media_type, media.alt, media.blurhash, media.focus, media.width, media.height)
        for media in post.attachments
    ] == [
        ("https://f.example/a", "image/png", "A cow", None, None, 10, None),
        ("https://f.example/b.webp", "image/webp", "B", None, (0.0, 1.0), None, None),
        ("https://f.example/c", "", "", None, None, None, None),
    ]


def test_tags_are_counted_and_bounded() -> None:
    """T-347: ten thousand mentions cannot cause ten thousand look-ups; each name counts once."""
    post = parse_post(
        note(
            tag=[
                *({"type": "Mention", "href": f"https://b.example/{number}", "name": "@x"} for number in range(1_000)),
                *({"type": "Hashtag", "name": f"#t{number}"} for number in range(1_000)),
                *(
                    {"type": "Emoji", "name": f":e{number}:", "icon": {"url": "https://a.example/e.png"}}
                    for number in range(1_000)
                ),
            ],
            attachment=[{"type": "Image", "url": f"https://f.example/{number}.png"} for number in range(1_000)],
        )
    )

    assert len(post.mentions) == MAX_MENTIONS
    assert len(post.hashtags) == MAX_HASHTAGS
    assert len(post.emojis) == MAX_EMOJIS
    assert len(post.attachments) == MAX_ATTACHMENTS


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("#Test", ("Test",)),
        ("nohash", ("nohash",)),
        ("#a b", ()),
        ("#1234", ()),
        ("#e\u0301te\u0301", ("été",)),
        (1, ()),
        ("#<b>", ()),
        (None, ()),
    ],
)
def test_hashtags_are_what_we_would_link_ourselves(name: Any, expected: tuple[str, ...]) -> None:
    """A tag that nobody could write or search for is none."""
    assert parse_post(note(tag=[{"type": "Hashtag", "name": name}])).hashtags == expected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"quote": BOB, "quoteUri": "https://x.example/2"}, BOB),
        ({"quote": {"type": "Tombstone"}}, None),
        ({"quoteUri": BOB}, BOB),
        ({"quoteUrl": BOB}, BOB),
        ({"_misskey_quote": BOB}, BOB),
        ({"tag": {"type": "Link", "rel": "https://misskey-hub.net/ns#_misskey_quote", "href": BOB}}, BOB),
        ({"tag": {"type": "Link", "rel": "canonical", "href": BOB}}, None),
        ({"quoteUrl": "javascript:x"}, None),
    ],
)
def test_quotes_are_found_in_all_their_spellings(change: dict[str, Any], expected: str | None) -> None:
    """FEP-044f first, then the older words, then FEP-e232."""
    assert parse_post(note(**change)).quote_uri == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (BOB, BOB),
        ([BOB, URI], BOB),
        ({"type": "Link", "href": BOB}, BOB),
        ({"type": "Note", "id": BOB}, BOB),
        ({"type": "Collection", "items": []}, None),
        (None, None),
    ],
)
def test_what_a_post_answers_may_come_in_many_shapes(value: Any, expected: str | None) -> None:
    """T-051: a string, a list, a Link or the whole post."""
    assert parse_post(note(inReplyTo=value)).in_reply_to == expected


def test_a_poll_is_read_with_its_counts() -> None:
    """Options, votes, end and number of people; what is no number counts nothing."""
    options = [
        {"type": "Note", "name": "A", "replies": {"totalItems": 3}},
        {"type": "Note", "name": "B", "replies": {"totalItems": "many"}},
    ]
    poll = parse_post(
        note(type="Question", anyOf=options, endTime="2026-12-01T00:00:00Z", closed=True, votersCount=3)
    ).poll

    assert poll is not None
    assert poll.options == (("A", 3), ("B", 0))
    assert (poll.multiple, poll.closed, poll.closed_at, poll.voters_count) == (True, True, None, 3)


@pytest.mark.parametrize("options", [None, [], ["A"], [{"type": "Note", "name": "x"}] * (MAX_OPTIONS + 1)])
def test_a_poll_without_end_is_malformed(options: Any) -> None:
    """T-344: nothing to choose from, or more than anybody could show."""
    with pytest.raises(Malformed):
        parse_post(note(type="Question", oneOf=options))


WORDS = st.sampled_from(
    ["id", "type", "href", "url", "name", "content", "items", "icon", "mediaType", "replies", "rel", "totalItems", "fr"]
)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(
        [
            URI,
            BOB,
            PUBLIC,
            "<b>x</b>",
            "Mention",
            "Emoji",
            "Image",
            "Question",
            "Event",
            "Article",
            "text/markdown",
            "2026-11-23T00:00:00Z",
        ]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=4),
    max_leaves=8,
)
PLACES = sorted({
    *note(),
    *("summary", "name", "tag", "attachment", "url", "inReplyTo", "published", "contentMap", "sensitive", "replies", "quote", "oneOf", "location"),
    *("startTime", "preview", "mediaType", "context", "conversation", "audience", "actor", "endTime", "closed", "image"),
})  # fmt: skip


@given(st.dictionaries(st.sampled_from(PLACES), VALUES, max_size=5))
@settings(max_examples=600, deadline=None)
def test_only_malformed_escapes_from_any_post(change: dict[str, Any]) -> None:
    """T-325: any values in any place give a clean post or Malformed."""
    try:
        post = parse_post(note() | change)
    except Malformed:
        return

    assert isinstance(post, RemotePost)
    assert post.author_uri.startswith("http")
    assert "<script" not in post.content_html
