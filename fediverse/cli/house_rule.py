"""`fediverse house-rule`: what people here agree to. Clients show the rules, and a report may name one."""

from typing import Annotated

import typer

from fediverse.actions import house_rules
from fediverse.cli.printing import AsJson, show
from fediverse.cli.session import operator, with_node
from fediverse.node import Node
from fediverse.queries import house_rules as questions
from fediverse.queries.house_rules import HouseRuleView

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, add_completion=False, help="The rules that people here agree to."
)


@app.command()
def add(
    context: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The rule, in one sentence.")],
    hint: Annotated[str, typer.Option(metavar="TEXT", help="What it means, for those who ask.")] = "",
) -> None:
    """Add a rule behind the others."""

    async def step(node: Node) -> int:
        return await house_rules.add(node, text, hint, operator())

    typer.echo(f"rule {with_node(context, step)} is added")


@app.command("list")
def list_rules(context: typer.Context, as_json: AsJson = False) -> None:
    """Show the rules in their order."""

    async def step(node: Node) -> list[HouseRuleView]:
        return await questions.house_rules(node)

    rows = [{"id": str(rule.id), "text": rule.text, "hint": rule.hint} for rule in with_node(context, step)]
    show(rows, as_json=as_json, nothing="There is no rule yet; fediverse house-rule add writes one")


@app.command()
def remove(
    context: typer.Context,
    rule: Annotated[int, typer.Argument(metavar="ID", help="As fediverse house-rule list shows it.")],
) -> None:
    """Strike a rule."""

    async def step(node: Node) -> None:
        await house_rules.remove(node, rule, operator())

    with_node(context, step)
    typer.echo(f"rule {rule} is struck")
