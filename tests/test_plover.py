"""The definitions of types with their examples: how they are read, and which faults are told with the type's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from communique.errors import TableError
from communique.meaning import plover
from communique.meaning.plover import Example, Plover

TYPES = """\
# A comment above.

[CONSULT]
means = "Meets"
quad = 1
intensity = 2.5
modes = ["visit", "phone"]
examples = {examples}
"""
CAMEO = "type,mode,context,cameo,source\nCONSULT,,,040,hand\nCONSULT,visit,,042,hand\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(plover, "DATA", tmp_path)
    (tmp_path / "cameo.csv").write_text(CAMEO, encoding="utf-8")
    return tmp_path


def load(folder: Path, *examples: str, text: str = "", kind: str = TYPES) -> Plover:
    listed = text or "[" + ", ".join(f'"{example}"' for example in examples) + "]"
    (folder / "types.toml").write_text(kind.replace("{examples}", listed), encoding="utf-8")
    return Plover.load()


def fault(folder: Path, *examples: str, text: str = "", kind: str = TYPES) -> str:
    with pytest.raises(TableError) as raised:
        load(folder, *examples, text=text, kind=kind)
    return str(raised.value)


def test_an_example_is_a_sentence_with_mode_and_both_sides(folder: Path) -> None:
    loaded = load(folder, "Chile called Peru. | phone | CHL | PER", "Norway and Finland met. |  | NOR FIN | ")

    assert loaded.types["CONSULT"].examples == (
        Example("Chile called Peru.", "phone", frozenset({"CHL"}), frozenset({"PER"}), "types.toml:3"),
        Example("Norway and Finland met.", None, frozenset({"NOR", "FIN"}), frozenset(), "types.toml:3"),
    )


@pytest.mark.parametrize("example", ["Chile called Peru.", "Chile called Peru. | phone | CHL", "Chile | called | CHL | PER | x"])
def test_an_example_has_four_parts(folder: Path, example: str) -> None:
    told = fault(folder, "Norway and Finland met. |  | NOR FIN | ", example)

    assert told.startswith(f"types.toml:3: {example.count('|') + 1} parts in example ")
    assert told.endswith("Write SENTENCE | MODE | ACTOR CODES | RECIPIENT CODES.")


def test_an_example_needs_a_sentence(folder: Path) -> None:
    assert fault(folder, " |  | CHL | PER") == "types.toml:3: empty sentence of an example · Fill it in."


def test_the_mode_of_an_example_is_one_of_its_type(folder: Path) -> None:
    assert fault(folder, "Chile called Peru. | call | CHL | PER") == (
        "types.toml:3: 'call' is no mode of CONSULT · Its modes are visit, phone"
    )


def test_a_type_without_modes_takes_none(folder: Path) -> None:
    kind = TYPES.replace('["visit", "phone"]', "[]")

    assert fault(folder, "Chile called Peru. | phone | CHL | PER", kind=kind).endswith("'phone' is no mode of CONSULT · It has none.")


@pytest.mark.parametrize(
    "example", ["Chile called Peru. |  | Chile | PER", "Chile called Peru. |  | CHL | per", "Chile met. |  | CHL,PER | "]
)
def test_both_sides_are_codes_of_three_capitals(folder: Path, example: str) -> None:
    told = fault(folder, example)

    assert told.startswith("types.toml:3: '")
    assert told.endswith("in an example is no code · Write three capitals each, such as NOR FIN or UNO.")


def test_examples_are_a_list(folder: Path) -> None:
    assert fault(folder, text='"Chile called Peru. |  | CHL | PER"').startswith("types.toml:3: examples is no list")


def test_a_type_needs_examples(folder: Path) -> None:
    assert fault(folder, text="[]") == "types.toml:3: empty examples · Fill it in."
    assert fault(folder, kind=TYPES.replace("examples = {examples}\n", "")).startswith("types.toml:3: missing column 'examples'")


def test_a_fault_is_told_with_the_place_of_its_own_type(folder: Path) -> None:
    second = TYPES.replace("CONSULT", "AID").replace("# A comment above.\n", "").replace("{examples}", '["no parts"]')

    assert fault(folder, "Chile called Peru. |  | CHL | PER", kind=TYPES + second).startswith(
        "types.toml:10: 1 parts in example 'no parts'"
    )


def test_a_code_of_an_unknown_mode_is_a_fault_of_its_row(folder: Path) -> None:
    (folder / "cameo.csv").write_text(CAMEO.replace("visit", "visits"), encoding="utf-8")

    assert fault(folder, "Chile called Peru. |  | CHL | PER").startswith("cameo.csv:3: 'visits' is no mode of CONSULT")


def test_every_shipped_type_has_examples_of_its_own() -> None:
    types = Plover.load().types
    texts = [example.text for kind in types.values() for example in kind.examples]

    assert len(types) == 16 and all(kind.examples for kind in types.values())
    assert len(set(texts)) == len(texts)
    assert all(example.actors or example.recipients for kind in types.values() for example in kind.examples)
