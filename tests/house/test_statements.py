"""Every SQL constant prepares against the migrated schema, as a role that runs it: no misspelt column, no missing grant.

A statement of a store is a `Final[LiteralString]` constant. Which role runs it is not written beside it, so it must prepare as
one of the three at least; those of `OF_THE_OWNER` as none of them, but as the owner of the database.
"""

import ast
from pathlib import Path
from typing import Final, NamedTuple

import asyncpg
import pytest

from tests.fixtures.postgres import Database

ROOT: Final = Path(__file__).parents[2]

OWNER_ONLY: Final = {ROOT / "app" / "migrate.py"}
"""Run by the owner of the database."""

OF_THE_OWNER: Final = {"INSERT_ACCOUNT", "DELETE_ROLES", "INSERT_ROLES", "SET_HASH", "INSERT_SCHEME", "INSERT_BLUEPRINT_ROW"}
"""No process makes accounts, gives roles or founds schemes."""

VERBS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")


class Statement(NamedTuple):
    """A constant with SQL, e.g. `exams/papers/store.py: INSERT_SCHEME`."""

    path: Path
    name: str
    sql: str

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}: {self.name}"


def statements() -> list[Statement]:
    """Every constant `NAME: Final[LiteralString] = …` that holds SQL. Concatenated constants are resolved within their file."""
    found: list[Statement] = []
    for room in ("app", "certificates", "exams"):
        for path in sorted((ROOT / room).rglob("*.py")):
            if path in OWNER_ONLY:
                continue
            known: dict[str, str] = {}
            for node in ast.parse(path.read_text("utf-8")).body:
                if not (isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name)):
                    continue
                if ast.unparse(node.annotation) == "Final[LiteralString]":
                    value = text_of(node.value, known)
                    assert value is not None, f"{path}: {node.target.id} is not a constant"
                    known[node.target.id] = value
                    if value.strip().upper().startswith(VERBS):
                        found.append(Statement(path, node.target.id, value))
    return found


def text_of(node: ast.expr, known: dict[str, str]) -> str | None:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            return known.get(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = text_of(left, known), text_of(right, known)
        case ast.JoinedStr(values=values):
            parts = tuple(text_of(value, known) for value in values)
        case ast.FormattedValue(value=value):
            return text_of(value, known)
        case _:
            return None
    return None if None in parts else "".join(part for part in parts if part is not None)


STATEMENTS: Final = statements()


def test_there_are_statements_to_look_at() -> None:
    assert len(STATEMENTS) > 50


@pytest.mark.parametrize("statement", STATEMENTS, ids=str)
async def test_a_statement_prepares_as_a_role_that_may_run_it(module_database: Database, statement: Statement) -> None:
    """Preparing checks names and types; `EXPLAIN (GENERIC_PLAN)` also checks the grants, without running anything."""
    refused: list[str] = []
    for role in ("web", "judging", "registry"):
        async with getattr(module_database, role).acquire() as db:
            try:
                prepared = await db.prepare(statement.sql)
                assert prepared is not None
                await db.execute("EXPLAIN (GENERIC_PLAN) " + statement.sql)
            except asyncpg.PostgresError as error:
                refused.append(f"{role}: {error}")
            else:
                assert statement.name not in OF_THE_OWNER, f"{role} may run this"
                return
    if statement.name in OF_THE_OWNER:
        await module_database.admin.execute("EXPLAIN (GENERIC_PLAN) " + statement.sql)
        return
    pytest.fail(f"{statement}: {refused}")


def test_sql_stands_only_in_stores_and_in_the_named_places() -> None:
    allowed = {"app/audit.py", "app/jobs/queue.py", "app/live.py", "app/migrate.py", "app/views/health.py"}
    elsewhere = {
        str(statement.path.relative_to(ROOT))
        for statement in STATEMENTS
        if statement.path.name != "store.py" and str(statement.path.relative_to(ROOT)) not in allowed
    }
    assert not elsewhere
