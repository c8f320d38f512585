"""Posts and names as a page shows them: custom emoji as pictures, and links to people and tags that stay on this node.

The HTML that comes in was sanitised at the border and is written in one way (`text/sanitise.py`), which is what the expressions here rely on; they change
the target of a link, never its markup.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from fediverse.queries.announcements import AnnouncementView
from fediverse.queries.views import AccountView, CustomEmoji, EditView, PostView
from fediverse.text.tags import fold_tag
from fediverse.web.translations import Translate, sentence

_TAG_OR_TEXT = re.compile(r"(<[^>]*>)")
_SHORTCODE = re.compile(r":([A-Za-z0-9_]{2,}):")
_LINK = re.compile(r'(<a [^>]*?href=")([^"]*)(")')
_TINTS = 8
_KILO = 1000
_FEW = 10
_BYTES = sentence("{count} bytes")
_KILOBYTES = sentence("{count} kB")
_MEGABYTES = sentence("{count} MB")


def profile_path(acct: str) -> str:
    return f"/@{quote(acct, safe='@:')}"


def post_path(post: PostView) -> str:
    """Where this node shows *post*; the boosted post's page for a boost."""
    shown = post.boost_of or post
    return f"{profile_path(shown.author.acct)}/{shown.id}"


def tag_path(name: str) -> str:
    return f"/tags/{quote(name, safe='')}"


def group_path(acct: str) -> str:
    return f"/groups/{quote(acct, safe='@:')}"


def post_html(post: PostView) -> Markup:
    """The text of *post*, ready for the page."""
    homes = {mention.url: profile_path(mention.acct) for mention in post.mentions}
    homes |= {mention.uri: profile_path(mention.acct) for mention in post.mentions}
    return _with_pictures(_with_own_links(post.content, homes, post.tags), post.emojis)


def edit_html(edit: EditView, post: PostView) -> Markup:
    """The text of an earlier state of *post*."""
    return _with_pictures(edit.content, post.emojis)


def note_html(account: AccountView) -> Markup:
    return _with_pictures(account.note, account.emojis)


def field_html(value: str, account: AccountView) -> Markup:
    return _with_pictures(value, account.emojis)


def name_html(account: AccountView) -> Markup:
    """The display name, which is text, with its custom emoji."""
    return _with_pictures(str(escape(account.name)), account.emojis)


def file_size(size_bytes: int, t: Translate, locale: str) -> str:
    """How large a file is, as people say it: 1.2 MB."""
    if size_bytes < _KILO:
        return t(_BYTES, count=str(size_bytes))
    unit, size = (_KILOBYTES, size_bytes / _KILO) if size_bytes < _KILO**2 else (_MEGABYTES, size_bytes / _KILO**2)
    shown = f"{size:.1f}" if size < _FEW else f"{size:.0f}"
    return t(unit, count=shown.replace(".", ",") if locale == "fr" else shown)


def announcement_html(html: str, announcement: AnnouncementView) -> Markup:
    """What is announced, with our own emoji."""
    return _with_pictures(html, announcement.emojis)


def initials(account: AccountView) -> str:
    """One or two letters to stand where a picture is missing."""
    words = [word for word in re.split(r"[\s\-_.]+", account.name) if word[:1].isalnum()]
    letters = [word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)]
    return "".join(letters).upper() or account.username[:1].upper()


def tint(account: AccountView) -> int:
    """Which of the eight colours an account's initials have; always the same for one account."""
    return sum(account.acct.encode()) % _TINTS


def _with_own_links(html: str, homes: Mapping[str, str], tags: Iterable[str]) -> str:
    folded = {fold_tag(tag) for tag in tags}

    def own(link: re.Match[str]) -> str:
        target = unescape(link[2])
        home = homes.get(target) or _tag_home(target, folded)
        return f"{link[1]}{escape(home)}{link[3]}" if home else link[0]

    return _LINK.sub(own, html)


def _tag_home(target: str, tags: set[str]) -> str:
    """Our page of the tag that *target* is another node's page of; empty when it is none of the post's *tags*."""
    path, _, last = target.rstrip("/").rpartition("/")
    name = unquote(last)
    return tag_path(name) if path.endswith(("/tags", "/tag")) and fold_tag(name) in tags else ""


def _with_pictures(html: str, emojis: Iterable[CustomEmoji]) -> Markup:
    known = {emoji.shortcode: emoji for emoji in emojis}
    if not known:
        return Markup(html)  # noqa: S704 - sanitised at the border, or escaped just above

    def picture(code: re.Match[str]) -> str:
        emoji = known.get(code[1])
        if emoji is None:
            return code[0]
        return f'<img class="emoji" src="{escape(emoji.url)}" alt="{escape(code[0])}" title="{escape(code[0])}" width="20" height="20">'

    pieces = _TAG_OR_TEXT.split(html)
    shown = "".join(piece if piece.startswith("<") else _SHORTCODE.sub(picture, piece) for piece in pieces)
    return Markup(shown)  # noqa: S704 - the same text with pictures of ours in it
