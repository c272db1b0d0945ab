"""Every named query parses, fits the schema and is used."""

from __future__ import annotations

import ast
from importlib.resources import files
from pathlib import Path

import pytest

import pinge
from pinge.database.queries import Queries, parsed

MODULES = Path(pinge.__file__).parent
FEATURES = sorted(
    file.name.removesuffix(".sql")
    for file in files("pinge.sql").iterdir()
    if file.name.endswith(".sql") and file.name != "schema.sql"
)


# What is asked of the original's database; tests/importing has one.
ELSEWHERE = {"original"}
ROOM = Queries("staging")  # temporary tables, which queries of these features read
IN_ROOM = {"staging", "judging", "importing"}


@pytest.mark.parametrize("feature", sorted({*FEATURES} - ELSEWHERE))
async def test_every_query_prepares_and_takes_what_its_header_says(db, feature):
    for step in ROOM if feature in IN_ROOM else ():
        if step.name.startswith(("room_for_", "make_")):
            await step.run(db)
    for query in Queries(feature):
        statement = await db.prepare(query.text)
        assert len(statement.get_parameters()) == len(query.parameters), query.name


def test_every_query_is_used_and_every_use_exists():
    used = {use for path in MODULES.rglob("*.py") for use in uses(path)}
    named = {(feature, query.name) for feature in FEATURES for query in Queries(feature)}
    assert used == named


def uses(path):
    """(feature, query) of each `SQL.<query>` in a module that says `SQL = Queries("<feature>")`."""
    tree = ast.parse(path.read_text())
    bound = [
        node.value.args[0].value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "SQL"
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).split(".")[-1] == "SQL":
            assert bound, f"{path} uses SQL that it does not bind"
            yield bound[0], node.attr


def test_a_query_takes_exactly_its_parameters():
    query = parsed("-- name: add(left, right)\n-- Sum.\nSELECT $1 + $2;\n")["add"]
    assert query.bind({"right": 2, "left": 1}) == [1, 2]
    for wrong in ({"left": 1}, {"left": 1, "rihgt": 2}, {"left": 1, "right": 2, "more": 3}, {}):
        with pytest.raises(TypeError, match=r"add\(left, right\) was given"):
            query.bind(wrong)


def test_what_stands_below_the_header_is_what_is_sent():
    statement = "-- Slices: a[1:2]; an apostrophe's end.\nSELECT '{1,2}'::int[]; -- it's :fine"
    source = (
        f"-- A feature.\n\n-- name: slice()\n{statement}\n\n-- name: more()\n-- More.\nSELECT 1;"
    )
    assert parsed(source)["slice"].text == statement


@pytest.mark.parametrize(
    "header",
    [
        "-- name: insert_message",
        "-- name: insert message()",
        "-- name: insert_message(a,b)",
        "-- name: insertMessage()",
        "-- name : insert_message()",
        "--name: insert_message()",
        "  -- Name: insert_message()",
        "-- name: insert_message() returns nothing",
    ],
)
def test_a_malformed_header_is_refused(header):
    with pytest.raises(ValueError, match="is not '-- name"):
        parsed(f"-- name: first()\n-- One.\nSELECT 1;\n\n{header}\n-- Two.\nSELECT 2;\n")


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("-- name: twice()\n-- A.\nSELECT 1;\n\n-- name: twice()\n-- B.\nSELECT 2;\n", "twice"),
        ("-- name: silent()\nSELECT 1;\n", "comment for people"),
        ("SELECT 1;\n-- name: late()\n-- A.\nSELECT 1;\n", "above the first header"),
    ],
)
def test_a_careless_file_is_refused(source, complaint):
    with pytest.raises(ValueError, match=complaint):
        parsed(source)


def test_a_query_that_does_not_exist_is_no_attribute():
    with pytest.raises(AttributeError, match="no query named ledgre"):
        _ = Queries("database").ledgre
