"""A moment as whole milliseconds since 1970: one form for the ORM and for plain SQL, on both engines."""

from datetime import datetime
from typing import Any

from tortoise import fields
from tortoise.models import Model

from fediverse.clock import from_ms, to_ms


class InstantField(fields.BigIntField):
    """Aware UTC datetimes in Python, milliseconds in the table."""

    def to_db_value(self, value: Any, instance: type[Model] | Model) -> Any:  # noqa: ARG002 - Tortoise's signature
        return to_ms(value) if isinstance(value, datetime) else value

    def to_python_value(self, value: Any) -> Any:
        return from_ms(value) if isinstance(value, int) else value
