"""Admin::Measure, Dimension and Cohort. Numbers are texts here, as the API has them."""

from collections.abc import Sequence

from fediverse.mastodon.entities.values import Entity, moment
from fediverse.queries.dimensions import DimensionItem
from fediverse.queries.measures import CohortView, MeasureView


def measure(view: MeasureView) -> Entity:
    entity: Entity = {
        "key": view.key,
        "unit": view.unit or None,
        "total": str(view.total),
        "data": [{"date": moment(day), "value": str(number)} for day, number in view.by_day],
    }
    if view.previous is not None:
        entity["previous_total"] = str(view.previous)
    return entity


def dimension(key: str, items: Sequence[DimensionItem]) -> Entity:
    return {"key": key, "data": [_item(item) for item in items]}


def _item(item: DimensionItem) -> Entity:
    entity: Entity = {"key": item.key, "human_key": item.name, "value": item.value}
    if item.unit:
        entity["unit"] = item.unit
    if item.shown:
        entity["human_value"] = item.shown
    return entity


def cohort(view: CohortView, frequency: str) -> Entity:
    return {
        "period": moment(view.period),
        "frequency": frequency,
        "data": [
            {"date": moment(start), "rate": number / view.size if view.size else 0.0, "value": str(number)}
            for start, number in view.still_here
        ],
    }
