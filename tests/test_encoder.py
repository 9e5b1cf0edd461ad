"""Pieces, trees and decoding, on made-up vocabularies and scores."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.encoder.decode import apply_script, find_entities, find_triggers, settle_lemma
from communique.encoder.model import Encoder, Scores
from communique.encoder.pieces import MAX_PIECES, Pieces, shape_of
from communique.encoder.tree import find_heads, is_tree
from communique.errors import ModelError

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "embassy", "em", "##bass", "##ies", "u", ".", "s", "talks"]
LABELS = {
    "modality": ["actual", "negated"],
    "stance": ["states", "denies"],
    "mode": ["NONE", "CONSULT:visit", "ASSAULT:drone"],
    "contexts": ["military", "diplomatic"],
    "roles": ["actor", "place"],
    "types": ["NONE", "CONSULT", "ASSAULT"],
}


def test_a_word_is_cut_into_the_longest_pieces_the_vocabulary_has() -> None:
    assert Pieces(VOCABULARY).of_word("Embassies")[0] == (5, 6, 7)


def test_accents_and_capitals_do_not_change_the_pieces() -> None:
    assert Pieces(VOCABULARY).of_word("Émbassy")[0] == (4,)


def test_a_word_whose_rest_is_no_piece_is_unknown() -> None:
    assert Pieces(VOCABULARY).of_word("talkshow")[0] == (1,)


def test_full_stops_inside_an_abbreviation_are_pieces_of_their_own() -> None:
    assert Pieces(VOCABULARY).of_word("U.S.")[0] == (8, 9, 10, 9)


def test_every_word_knows_its_first_and_last_piece() -> None:
    ids, shapes, firsts, lasts = Pieces(VOCABULARY).of_sentence(["Embassies", "talks"])

    assert ids == [2, 5, 6, 7, 11, 3] and shapes == [0, 1, 1, 1, 0, 0]
    assert (firsts, lasts) == ([1, 4], [3, 4])


def test_words_beyond_the_encoders_positions_are_left_for_another_call() -> None:
    ids, _, firsts, _ = Pieces(VOCABULARY).of_sentence(["talks"] * (MAX_PIECES + 50))

    assert len(ids) == MAX_PIECES and len(firsts) == MAX_PIECES - 2


@pytest.mark.parametrize(
    ("word", "shape"), [("talks", 0), ("Tehran", 1), ("NATO", 2), ("McCain", 3), ("2023", 4), ("“", 5), ("A", 6), ("F-16", 7), ("U.S.", 2)]
)
def test_a_words_shape_tells_capitals_and_digits(word: str, shape: int) -> None:
    assert shape_of(word) == shape


def test_the_best_heads_are_taken_where_they_make_a_tree() -> None:
    scores = np.array([[0, 0, 9, 0], [9, 0, 0, 0], [0, 0, 9, 0]], dtype=np.float32)

    assert find_heads(scores) == [1, -1, 1]


def test_a_cycle_is_broken_where_it_costs_least() -> None:
    scores = np.array([[1, 0, 9, 0], [5, 9, 0, 0], [0, 0, 9, 0]], dtype=np.float32)

    assert find_heads(scores) == [1, -1, 1]


def best_by_trying(scores: np.ndarray) -> float:
    size = len(scores)
    trees = (heads for heads in itertools.product(range(-1, size), repeat=size) if is_tree(list(heads)))
    return max(sum(float(scores[word, head + 1]) for word, head in enumerate(heads)) for heads in trees)


@given(st.lists(st.integers(-30, 30), min_size=12, max_size=12))
def test_no_other_tree_scores_higher_than_the_one_found(values: list[int]) -> None:
    scores = np.array(values, dtype=np.float32).reshape(3, 4)
    for word in range(3):
        scores[word, word + 1] = -1e4

    heads = find_heads(scores)

    assert is_tree(heads)
    assert sum(float(scores[word, head + 1]) for word, head in enumerate(heads)) == pytest.approx(best_by_trying(scores))


@pytest.mark.parametrize(
    ("word", "script", "lemma"), [("Signed", "2+", "sign"), ("countries", "3+y", "country"), ("was", "=be", "be"), ("go", "5+e", "ge")]
)
def test_a_lemma_is_made_by_its_script(word: str, script: str, lemma: str) -> None:
    assert apply_script(word, script) == lemma


@pytest.mark.parametrize(
    ("lemma", "settled"), [("announc", "announce"), ("supplye", "supply"), ("countrie", "country"), ("stopp", "stop"), ("zzz", "zzz")]
)
def test_a_lemma_that_is_no_word_gives_way_to_one_that_is(lemma: str, settled: str) -> None:
    assert settle_lemma(lemma, {"announce", "supply", "country", "stop"}) == settled


BIO = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def test_a_name_goes_on_until_another_begins() -> None:
    scores = np.eye(5, dtype=np.float32)[[1, 2, 0, 3, 3]]

    found = find_entities(scores, BIO)

    assert [(e.start_word, e.end_word, e.label) for e in found] == [(0, 2, "PER"), (3, 4, "LOC"), (4, 5, "LOC")]


def test_a_name_has_the_label_that_its_words_favour_together() -> None:
    scores = np.array([[0, 0.4, 0, 0.6, 0], [0, 0, 1, 0, 0]], dtype=np.float32)

    (found,) = find_entities(scores, BIO)

    assert (found.start_word, found.end_word, found.label) == (0, 2, "PER") and found.score == pytest.approx(0.7, abs=0.01)


def test_a_name_with_a_doubtful_label_is_left_out() -> None:
    assert find_entities(np.array([[0, 0.5, 0, 0.5, 0]], dtype=np.float32), BIO) == []


def scores_of(types: list[list[float]], details: list[float]) -> Scores:
    words = len(types)
    empty = np.zeros((words, 1), dtype=np.float32)
    roles = np.zeros((words, 2, words), dtype=np.float32)
    roles[:, 0, 0] = 0.9
    return Scores(empty, empty, empty, empty, np.array(types, dtype=np.float32), np.array([details] * words, dtype=np.float32), roles)  # type: ignore[arg-type]


def test_a_trigger_carries_its_mode_modality_and_roles() -> None:
    scores = scores_of([[0.95, 0.03, 0.02], [0.1, 0.8, 0.1]], [0, 3, 2, 0, 0, 1, 5, -4, 4, 2])

    (trigger,) = find_triggers(scores, LABELS, 0, 2)

    assert (trigger.word, trigger.type, trigger.mode, trigger.contexts) == (1, "CONSULT", "visit", ("diplomatic",))
    assert trigger.modality["negated"] > 0.9 and trigger.stance["states"] > 0.8 and trigger.attributed > 0.8
    assert trigger.roles["actor"] == pytest.approx([0.9, 0.0])


def test_a_folder_without_a_manifest_is_no_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError, match=r"no manifest\.toml"):
        Encoder.load(tmp_path)


def test_a_file_that_is_not_the_manifests_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "manifest.toml").write_text('name = "x"\n[sha256]\n"model.onnx" = "0"\n"vocab.txt" = "0"\n')
    (tmp_path / "model.onnx").write_bytes(b"other")

    with pytest.raises(ModelError, match=r"does not have the hash"):
        Encoder.load(tmp_path)
