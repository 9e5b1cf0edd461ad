"""The folders are the sentence: each package imports only from what stands to its left."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ORDER = ("errors", "records", "tables", "text", "encoder", "meaning", "pipeline", "ledger", "batch", "exports", "charts", "views")
OUTSIDE = {"training", "evaluation", "benchmarks", "tests", "tools", "torch", "onnx", "transformers", "sentence_transformers"}
PACKAGE = sorted((ROOT / "communique").rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def package_of(path: Path) -> list[str]:
    """The dotted package that relative imports of `path` start from."""
    return list(path.relative_to(ROOT).with_suffix("").parts[:-1])


def imported(tree: ast.AST, package: list[str]) -> Iterator[str]:
    """Every dotted name that a module imports, relative ones made absolute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def imports_of(path: Path) -> set[str]:
    return set(imported(ast.parse(path.read_text(encoding="utf-8")), package_of(path)))


def place_in_order(dotted: str) -> int | None:
    """Where a module of the package stands in the order; None for the root, which holds names only."""
    parts = dotted.split(".")
    return ORDER.index(parts[1]) if len(parts) > 1 and parts[1] in ORDER else None


def test_every_package_has_its_place_in_the_order():
    found = {path.relative_to(ROOT / "communique").parts[0].removesuffix(".py") for path in PACKAGE}

    assert found - set(ORDER) <= {"__init__", "__main__"}


@pytest.mark.parametrize("path", [path for path in PACKAGE if path.parent != ROOT / "communique" or path.stem in ORDER], ids=name)
def test_a_module_imports_only_from_what_stands_to_its_left(path: Path):
    own = ORDER.index(path.relative_to(ROOT / "communique").parts[0].removesuffix(".py"))
    within = [dotted for dotted in imports_of(path) if dotted.split(".")[0] == "communique"]

    assert [dotted for dotted in within if (place := place_in_order(dotted)) is not None and place > own] == []


@pytest.mark.parametrize("path", PACKAGE, ids=name)
def test_the_package_imports_nothing_from_outside_it(path: Path):
    assert {dotted.split(".")[0] for dotted in imports_of(path)} & OUTSIDE == set()


@pytest.mark.parametrize("path", sorted([*(ROOT / "evaluation").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]), ids=name)
def test_scores_and_benchmarks_need_no_training_tools(path: Path):
    assert {dotted.split(".")[0] for dotted in imports_of(path)} & {"training", "torch", "onnx", "transformers"} == set()


def test_importing_the_package_loads_nothing_else_of_it():
    tree = ast.parse((ROOT / "communique" / "__init__.py").read_text(encoding="utf-8"))
    at_import = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]

    loaded = {dotted.split(".")[0] for node in at_import for dotted in imported(node, ["communique"])}

    assert loaded <= {"__future__", "functools", "pathlib", "typing"}


def test_an_import_to_the_right_would_be_found():
    tree = ast.parse("from ..views import cli\nfrom . import dates\nimport communique.ledger.write")

    assert set(imported(tree, ["communique", "meaning"])) == {"communique.views.cli", "communique.meaning.dates", "communique.ledger.write"}
    assert place_in_order("communique.views.cli") == ORDER.index("views")
