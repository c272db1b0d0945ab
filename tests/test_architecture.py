"""The law of the house: imports point down, modules stay small, the wheel ships everything."""

from __future__ import annotations

import ast
import re
from configparser import ConfigParser
from pathlib import Path

import pytest

import pinge

PINGE = Path(pinge.__file__).parent
ROOT = PINGE.parent

# Lowest first: a part imports only from those before it.
PARTS = [
    *(
        "errors",
        "config",
        "keys",
        "wire",
        "sealing",
        "database",
        "http",
        "realtime",
        "mail",
        "media",
        "audit",
    ),
    *(
        "accounts",
        "second_factors",
        "passkeys",
        "oidc",
        "settings",
        "contacts",
        "conversations",
        "attachments",
        "messages",
        "reactions",
        "search",
        "presence",
        "blocks",
        "requests",
        "reports",
        "drafts",
        "scheduling",
        "retention",
        "overview",
        "notifications",
        "bots",
        "webhooks",
        "personal",
        "sync",
    ),
    *(
        "bench",
        "app",
        "running",
        "importing",
        "epochs",
        "administration",
        "demo",
        "serving",
        "__main__",
    ),
]
FEATURES = {
    "accounts",
    "second_factors",
    "passkeys",
    "oidc",
    "settings",
    "contacts",
    "conversations",
    "messages",
    "reactions",
    "search",
    "presence",
    "blocks",
    "requests",
    "reports",
    "drafts",
    "scheduling",
    "overview",
    "notifications",
    "bots",
    "webhooks",
    "personal",
    "sync",
}
SHARED = {"actions", "events"}  # what a feature shows to the others
ROOF = {"app", "demo", "__main__"}

LONGEST_FUNCTION = 40
LONGEST_MODULE = 400


def modules(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def part(path):
    return path.relative_to(PINGE).parts[0].removesuffix(".py")


def imports(path):
    """The dotted names that a module imports."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_imports(path):
    """Those from this package, in pieces, without the leading `pinge`."""
    for name in imports(path):
        package, _, rest = name.partition(".")
        if package == "pinge" and rest not in ("", "__version__"):
            yield rest.split(".")


OURS = [path for path in modules("pinge") if path.parent != PINGE or path.name != "__init__.py"]


def test_imports_point_down():
    wrong = [
        f"{path.relative_to(ROOT)} imports {'.'.join(name)}"
        for path in OURS
        for name in own_imports(path)
        if name[0] != part(path) and PARTS.index(name[0]) > PARTS.index(part(path))
    ]
    assert wrong == []


def test_features_meet_in_actions_and_events_only():
    wrong = [
        f"{path.relative_to(ROOT)} imports {'.'.join(name)}"
        for path in OURS
        for name in own_imports(path)
        if part(path) not in ROOF and name[0] in FEATURES - {part(path)} and name[1] not in SHARED
    ]
    assert wrong == []


def test_only_the_endpoint_decorator_knows_aiohttp_apispec():
    knowing = {
        str(path.relative_to(PINGE))
        for path in OURS
        for name in imports(path)
        if name.startswith("aiohttp_apispec")
    }
    assert knowing == {"http/endpoint.py"}


def test_sql_stands_in_sql_files_only():
    statement = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH|CREATE|ALTER|DROP|SET|LOCK) ")
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for path in OURS
        if part(path) != "database"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and statement.match(str(node.value))
    ]
    assert wrong == []


@pytest.mark.parametrize("folder", ["pinge", "sql", "migrations", "tests"])
def test_everything_is_small_and_says_what_it_is(folder):
    wrong = []
    for path in modules(folder):
        here, parsed = path.relative_to(ROOT), tree(path)
        if not ast.get_docstring(parsed):
            wrong.append(f"{here} has no docstring")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST_MODULE:
            wrong.append(f"{here} has {lines} lines")
        for node in ast.walk(parsed):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = node.end_lineno - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    wrong.append(f"{here}: {node.name} has {lines} lines")
    assert wrong == []


def test_every_package_is_shipped():
    setup = ConfigParser()
    setup.read(ROOT / "setup.cfg")
    listed = set(setup["options"]["packages"].split())
    folders = {path.parent.relative_to(ROOT) for path in OURS} | {Path("pinge")}
    on_disk = {".".join(folder.parts) for folder in folders}
    assert listed == on_disk | {"pinge.sql", "pinge.migrations"}


def test_every_folder_with_modules_is_a_package():
    folders = {path.parent for path in modules("pinge", "sql", "migrations")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []
