"""What kind of thing a document is, by its shape (FEP-2277), since types are many and anybody may invent one.

Called by the parsers before they read anything else. A document of two shapes is refused: it would be one thing for the check and another
for the act.
"""

from typing import Literal, TypeAlias

from fediverse.activitystreams.strict_json import JSON
from fediverse.activitystreams.values import types_of
from fediverse.errors import Malformed

Shape: TypeAlias = Literal["actor", "activity", "collection", "key", "link", "object"]

_MARKS: dict[Shape, tuple[str, ...]] = {
    "actor": ("inbox",),
    "activity": ("actor",),
    "collection": ("items", "orderedItems", "first"),
    "key": ("publicKeyPem", "publicKeyMultibase"),
    "link": ("href",),
}
# Mobilizon and Pleroma write `actor` beside `attributedTo` into what people make; by its type it is still what was made.
_MADE_BY_ACTORS = frozenset({
    *("Note", "Question", "ChatMessage", "Article", "Page", "Event", "Video", "Audio", "Image", "Document"),
    *("Todo", "TodoList", "ResourceCollection"),
})  # fmt: skip


def shape_of(document: JSON) -> Shape:
    """The shape of *document*; without the marks of another it is an object. Raises Malformed when it has the marks of two."""
    shapes = [shape for shape, marks in _MARKS.items() if any(document.get(mark) is not None for mark in marks)]
    if (
        "activity" in shapes
        and document.get("attributedTo") is not None
        and _MADE_BY_ACTORS.intersection(types_of(document))
    ):
        shapes.remove("activity")
    if len(shapes) > 1:
        raise Malformed(f"The document is both {shapes[0]} and {shapes[1]}.")
    return shapes[0] if shapes else "object"


def require_shape(document: JSON, shape: Shape) -> None:
    if shape_of(document) != shape:
        raise Malformed(f"The document is no {shape}.")
