"""Which language a page is in. The sentences themselves are in `text/translations`."""

import re
from typing import TYPE_CHECKING, Final

from fediverse.text.translations import LOCALES as LOCALES
from fediverse.text.translations import NAMES as NAMES
from fediverse.text.translations import REASONS as REASONS
from fediverse.text.translations import Translate as Translate
from fediverse.text.translations import Translator as Translator
from fediverse.text.translations import is_singular as is_singular
from fediverse.text.translations import number as number
from fediverse.text.translations import sentence as sentence
from fediverse.text.translations import templates_folder as templates_folder
from fediverse.text.translations import translator as translator

if TYPE_CHECKING:
    from starlette.requests import Request

COOKIE: Final = "lang"
_WEIGHT = re.compile(r"[01](\.[0-9]{0,3})?")


def locale_of(request: "Request", chosen: str, default: str) -> str:
    """The language for *request*: what the person *chosen*, else `?lang=`, the cookie, the browser's wish, and the node's *default*."""
    asked = request.query_params.get("lang", "")
    kept = request.cookies.get(COOKIE, "")
    wished = _wished(request.headers.get("accept-language", ""))
    return next((locale for locale in (chosen, asked, kept, wished, default) if locale in LOCALES), "en")


def _wished(header: str) -> str:
    """The language we have that an Accept-Language *header* likes most; empty when it names none of them."""
    wishes: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        language, _, rest = part.strip().partition(";")
        weight = rest.strip().removeprefix("q=") or "1"
        base = language.partition("-")[0].lower()
        if base in LOCALES and _WEIGHT.fullmatch(weight) and float(weight) > 0:
            wishes.append((-float(weight), base))
    return min(wishes, key=lambda wish: wish[0])[1] if wishes else ""
