"""The French catalogue says all that the pages say, and nothing else."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import nodes
from markupsafe import Markup

import fediverse
from fediverse.web.pages import environment
from fediverse.web.translations import REASONS, Translator, is_singular, number, templates_folder, translator

PACKAGE = Path(fediverse.__file__).parent
API_PREFIX = "Validation failed: "
_LEAST_LETTERS = 3
_CALLS = {"t", "sentence", "translate"}
_Said = tuple[str, str | None]


def test_every_sentence_of_a_page_has_a_french_translation() -> None:
    """A sentence in a template or in Python code stands in templates/translations/fr, with two forms where a number decides."""
    french = translator("fr").sentences

    missing = {said for said in _said_by_pages() if said[0] not in french}
    wrong_form = {
        said for said in _said_by_pages() if isinstance(french.get(said[0]), list) is not (said[1] is not None)
    }

    assert not missing
    assert not wrong_form


def test_no_french_sentence_is_left_over() -> None:
    """A translation whose English sentence is said nowhere is a mistake or a remnant. Errors' own sentences count as said."""
    said = {sentence for sentence, _ in _said_by_pages()} | set(_raised())

    left_over = set(translator("fr").sentences) - said

    assert not left_over


def test_no_french_reason_is_left_over() -> None:
    """What is translated for an error is raised somewhere, in this shape."""
    shapes = [_expression(shape) for shape in _raised() if len(re.findall(r"[a-z]", shape)) > _LEAST_LETTERS]

    left_over = {english for english in _reasons() if not any(shape.fullmatch(english) for shape in shapes)}

    assert not left_over


@pytest.mark.parametrize(
    ("raised", "english", "french"),
    [
        (
            "Validation failed: Text character limit of 500 exceeded",
            "Text character limit of 500 exceeded",
            "La limite de 500 caractères est dépassée.",
        ),
        ("beta.example answered 503", "beta.example answered 503", "beta.example a répondu 503."),
        ("Please sign in.", "Please sign in.", "Veuillez vous connecter."),
        ("something new", "Something new", "Something new"),
    ],
)
def test_reason_of_an_error_is_said_in_the_language_of_the_page(raised: str, english: str, french: str) -> None:
    """With its values, and without the word that only clients of the API need."""
    assert [translator(locale).reason(raised) for locale in ("en", "fr")] == [english, french]


def test_translations_name_the_same_values() -> None:
    """`{name}` in English is `{name}` in French, in each form."""
    plurals = dict(_said_by_pages())

    for english, french in translator("fr").sentences.items():
        wanted = _fields(english) | _fields(plurals.get(english) or "")
        forms = french if isinstance(french, list) else [french]
        assert all(_fields(form) <= wanted for form in forms), english
        assert _fields(forms[-1]) == wanted, english


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [(0, "0 replies", "0 réponse"), (1, "1 reply", "1 réponse"), (2, "2 replies", "2 réponses")],
)
def test_a_number_chooses_the_form(count: int, english: str, french: str) -> None:
    """French counts zero as singular, English as plural."""
    said = [translator(locale)("{count} reply", "{count} replies", count=count) for locale in ("en", "fr")]

    assert said == [english, french]


def test_a_sentence_without_translation_is_said_in_english() -> None:
    """A page in two languages is better than no page."""
    t = Translator("fr", {})

    assert t("Hello {name}", name="Léa") == "Hello Léa"
    assert t("{count} cat", "{count} cats", count=3) == "3 cats"


def test_markup_among_the_values_stays_and_the_rest_is_escaped() -> None:
    """A name may be a link; what the sentence and other values hold cannot become markup."""
    said = Translator("en", {})("{name} & <b> {other}", name=Markup("<a>Léa</a>"), other="<i>")

    assert said == "<a>Léa</a> &amp; &lt;b&gt; &lt;i&gt;"


def test_numbers_are_grouped_as_each_language_does() -> None:
    """A comma in English, a narrow space in French."""
    assert number(1234567, "en") == "1,234,567"
    assert number(1234567, "fr") == "1\u202f234\u202f567"
    assert not is_singular(0, "en")


def _reasons() -> dict[str, str]:
    return tomllib.loads((templates_folder() / "translations" / "fr" / REASONS).read_text(encoding="utf-8"))


def _said_by_pages() -> set[_Said]:
    return set(_said_in_templates()) | set(_said_in_python())


def _said_in_templates() -> Iterator[_Said]:
    for file in sorted(templates_folder().rglob("*.html")):
        tree = environment().parse(file.read_text(encoding="utf-8"), filename=str(file))
        for call in tree.find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "t":
                texts = [arg.value for arg in call.args if isinstance(arg, nodes.Const) and isinstance(arg.value, str)]
                if texts:
                    yield texts[0], texts[1] if len(texts) > 1 else None


def _said_in_python() -> Iterator[_Said]:
    for call in _calls():
        of_translator = isinstance(call.func, ast.Call)  # pages.translator_of(request)("…")
        if _name(call) in _CALLS or of_translator:
            texts = _texts(call)
            if texts:
                yield texts[0], texts[1] if len(texts) > 1 else None


def _raised() -> Iterator[str]:
    """Sentences that errors are made with, everywhere in the program, and those of the handshake's steps, with `{}` for each value."""
    for call in _calls():
        if _name(call).lstrip("_")[:1].isupper():
            yield from (
                _shape(argument) for argument in call.args if isinstance(argument, ast.Constant | ast.JoinedStr)
            )
    for node in ast.walk(ast.parse((PACKAGE / "federation" / "handshake.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Return | ast.Tuple):
            values = [node.value] if isinstance(node, ast.Return) else node.elts
            yield from (_shape(value) for value in values if isinstance(value, ast.Constant | ast.JoinedStr))


def _shape(argument: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(argument, ast.Constant):
        return str(argument.value).removeprefix(API_PREFIX)
    parts = [str(part.value) if isinstance(part, ast.Constant) else "{}" for part in argument.values]
    return "".join(parts).removeprefix(API_PREFIX)


def _expression(shape: str) -> re.Pattern[str]:
    return re.compile(re.escape(shape).replace(r"\{\}", ".+"))


def _name(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def _calls() -> Iterator[ast.Call]:
    for file in sorted(PACKAGE.rglob("*.py")):
        yield from (
            node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
        )


def _texts(call: ast.Call) -> list[str]:
    return [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
