"""Tables are read strictly: a fault is named by file and line, with what would mend it."""

from pathlib import Path

import pytest

from communique.errors import TableError
from communique.tables.load import Column, Row, load_csv, load_toml, precision_of

VERBS = (Column("verb"), Column("type", values=frozenset({"AGREE", "AID"})), Column("note", required=False))


def written(folder: Path, text: str, name: str = "verbs.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def fault(path: Path, key: tuple[str, ...] = ()) -> str:
    with pytest.raises(TableError) as raised:
        load_csv(path, VERBS, key)
    return str(raised.value)


def test_a_row_knows_its_cells_and_its_place(tmp_path: Path) -> None:
    rows = load_csv(written(tmp_path, 'verb,type,note\ngive,AID,\nvow,AGREE,"to act, soon"\n'), VERBS)

    assert [(row["verb"], row["note"], row.place) for row in rows] == [("give", "", "verbs.csv:2"), ("vow", "to act, soon", "verbs.csv:3")]


def test_a_misspelt_value_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    assert fault(written(tmp_path, "verb,type,note\ngive,AID,\nvow,AGRE,\n")) == "verbs.csv:3: unknown type 'AGRE' · Did you mean 'AGREE'?"


def test_a_value_near_no_known_one_gets_all_of_them(tmp_path: Path) -> None:
    assert fault(written(tmp_path, "verb,type,note\ngive,zzz,\n")).endswith("Use one of AGREE, AID.")


def test_an_unknown_column_is_a_fault_of_the_first_line(tmp_path: Path) -> None:
    assert fault(written(tmp_path, "verb,tpye,note\ngive,AID,\n")) == "verbs.csv:1: unknown column 'tpye' · Did you mean 'type'?"


def test_a_missing_column_is_a_fault_even_if_its_cells_may_be_empty(tmp_path: Path) -> None:
    assert "verbs.csv:1: missing column 'note'" in fault(written(tmp_path, "verb,type\ngive,AID\n"))


def test_a_column_may_not_stand_twice(tmp_path: Path) -> None:
    assert "verbs.csv:1: column 'verb' stands twice" in fault(written(tmp_path, "verb,verb,type,note\n"))


def test_a_required_cell_may_not_be_empty(tmp_path: Path) -> None:
    assert fault(written(tmp_path, "verb,type,note\n,AID,\n")) == "verbs.csv:2: empty verb · Fill it in."


def test_a_row_with_a_cell_too_many_is_a_fault(tmp_path: Path) -> None:
    assert "verbs.csv:2: 4 cells where the header has 3" in fault(written(tmp_path, "verb,type,note\ngive,AID,a,b\n"))


def test_the_same_row_twice_is_a_fault(tmp_path: Path) -> None:
    assert "verbs.csv:3: doubles verbs.csv:2" in fault(written(tmp_path, "verb,type,note\ngive,AID,\ngive,AID,\n"))


def test_two_rows_with_one_key_are_a_fault(tmp_path: Path) -> None:
    path = written(tmp_path, "verb,type,note\ngive,AID,\ngive,AGREE,\n")

    assert len(load_csv(path, VERBS)) == 2
    assert "verbs.csv:3: doubles verbs.csv:2 in verb" in fault(path, ("verb",))


def test_toml_tables_know_their_name_and_line(tmp_path: Path) -> None:
    path = written(tmp_path, '[give]\nverb = "give"\ntype = "AID"\n\n[[vow]]\nverb = "vow"\ntype = ["AGREE", "AID"]\n', "verbs.toml")

    assert [(entry.name, entry.place) for entry in load_toml(path, VERBS)] == [("give", "verbs.toml:1"), ("vow", "verbs.toml:5")]


def test_toml_tables_are_as_strict_as_rows(tmp_path: Path) -> None:
    for text, message in (
        ('[vow]\nverb = "vow"\ntype = ["AID", "AGRE"]\n', "verbs.toml:1: unknown type 'AGRE' · Did you mean 'AGREE'?"),
        ('[vow]\nverb = "vow"\n', "verbs.toml:1: missing column 'type'"),
        ('[vow]\nvreb = "vow"\n', "verbs.toml:1: unknown column 'vreb' · Did you mean 'verb'?"),
        ('vow = "AID"\n', "'vow' is no table"),
        ('[vow]\nverb = "vow\n', "verbs.toml:2"),
    ):
        with pytest.raises(TableError) as raised:
            load_toml(written(tmp_path, text, "verbs.toml"), VERBS)
        assert message in str(raised.value)


def counted(seen: str, right: str) -> Row:
    row = Row(seen=seen, right=right)
    row.place = "verbs.csv:2"
    return row


def test_a_row_is_as_precise_as_it_was_right_once_it_was_seen_often() -> None:
    assert precision_of(counted("4000", "1000"), 0.9) == pytest.approx(0.25, abs=0.01)


def test_a_row_that_was_never_seen_is_believed() -> None:
    assert precision_of(counted("0", "0"), 0.9) == pytest.approx(0.9)
    assert 0.25 < precision_of(counted("4", "1"), 0.9) < 0.9


@pytest.mark.parametrize(("seen", "right"), [("", ""), ("3", "many"), ("-1", "0"), ("2.5", "1")])
def test_counts_that_are_none_are_a_fault(seen: str, right: str) -> None:
    with pytest.raises(TableError, match=r"^verbs\.csv:2: seen and right are no counts"):
        precision_of(counted(seen, right), 0.5)
