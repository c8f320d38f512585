"""Views as questions answer them, complete, for tests that render; each test replaces what it is about."""

from datetime import UTC, datetime

import pytest

from fediverse.queries.views import AccountView, CustomEmoji, MediaView, MentionView, PostView, UserView
from tests.support.nodes import Person, RunningNode

MOMENT = datetime(2026, 11, 23, 10, 5, 6, 7999, tzinfo=UTC)
ORIGIN = "https://acme.example"


@pytest.fixture
def smile() -> CustomEmoji:
    return CustomEmoji("smile", f"{ORIGIN}/emoji/here/smile", f"{ORIGIN}/emoji/here/smile", "faces")


@pytest.fixture
def alice_view(smile: CustomEmoji) -> AccountView:
    return AccountView(
        id=111_222_333_444_555,
        username="alice",
        domain="",
        host="",
        kind="person",
        uri=f"{ORIGIN}/users/alice",
        url=f"{ORIGIN}/@alice",
        display_name="Alice :smile:",
        note="<p>Paint &amp; varnish</p>",
        note_source="Paint & varnish",
        fields=(("Desk", "<p>B &lt;12&gt;</p>"),),
        field_sources=("B <12>",),
        fields_verified=(None,),
        emojis=(smile,),
        avatar_url=f"{ORIGIN}/avatars/111222333444555/avatar?e=1&t=x",
        header_url=f"{ORIGIN}/static/header-missing.png",
        has_avatar=True,
        has_header=False,
        locked=False,
        bot=False,
        discoverable=True,
        indexable=True,
        hide_collections=False,
        moved_to_uri="",
        also_known_as=(),
        followers_count=3,
        following_count=2,
        posts_count=1,
        last_posted_at=MOMENT,
        created_at=MOMENT,
        suspended=False,
        deleted=False,
        inbox_url=f"{ORIGIN}/users/alice/inbox",
        shared_inbox_url=f"{ORIGIN}/inbox",
        followers_url=f"{ORIGIN}/users/alice/followers",
        outbox_url=f"{ORIGIN}/users/alice/outbox",
        following_url=f"{ORIGIN}/users/alice/following",
        featured_url=f"{ORIGIN}/users/alice/collections/featured",
    )


@pytest.fixture
def alice_user(alice_view: AccountView) -> UserView:
    return UserView(
        account_id=alice_view.id,
        username="alice",
        email="alice@acme.example",
        role="user",
        locale="fr",
        default_visibility="public",
        default_sensitive=False,
        default_language="",
        disabled=False,
        created_at=MOMENT,
    )


@pytest.fixture
def picture(alice_view: AccountView) -> MediaView:
    return MediaView(
        id=777,
        kind="image",
        media_type="image/webp",
        url=f"{ORIGIN}/media/777/original?e=1&t=x",
        preview_url=f"{ORIGIN}/media/777/small?e=1&t=x",
        remote_url="",
        width=1280,
        height=640,
        preview_width=640,
        preview_height=320,
        focus=(-0.5, 0.3),
        alt="A tin of paint",
        blurhash="UFBWY:8_0Jxv4mx]t8t64.%M-:IU",
        state="ready",
        account_id=alice_view.id,
        post_id=None,
        size_bytes=1000,
    )


@pytest.fixture
def post_view(alice_view: AccountView, picture: MediaView, smile: CustomEmoji) -> PostView:
    return PostView(
        id=999_888_777,
        uri=f"{ORIGIN}/users/alice/posts/999888777",
        url=f"{ORIGIN}/@alice/999888777",
        author=alice_view,
        kind="Note",
        title="",
        content="<p>Hello</p>",
        source="Hello",
        source_format="plain",
        summary="",
        sensitive=False,
        language="en",
        visibility="public",
        local_only=False,
        boost_of=None,
        reply_to_id=None,
        reply_to_uri="",
        reply_to_account_id=None,
        root_id=999_888_777,
        application_name="Phanpy",
        application_website="",
        emojis=(smile,),
        replies_count=1,
        boosts_count=2,
        likes_count=3,
        created_at=MOMENT,
        edited_at=None,
        media=(picture,),
        mentions=(
            MentionView(5, "bob", "bob", f"{ORIGIN}/@bob", f"{ORIGIN}/users/bob", silent=False),
            MentionView(6, "eve", "eve", f"{ORIGIN}/@eve", f"{ORIGIN}/users/eve", silent=True),
        ),
        tags=("été",),
    )


@pytest.fixture
async def dave(home: RunningNode) -> Person:
    """Another colleague of Alice's."""
    return await home.person("dave")
