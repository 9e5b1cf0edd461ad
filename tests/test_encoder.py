"""Pieces, trees and decoding, on made-up vocabularies and scores."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.encoder.decode import find_entities, find_triggers, read_tokens
from communique.encoder.memory import Memory
from communique.encoder.model import Encoder, Scores
from communique.encoder.pieces import MAX_PIECES, Pieces, shape_of
from communique.encoder.tree import find_heads, is_tree
from communique.errors import ModelError
from communique.records import Tokens
from communique.text.words import find_words

VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "embassy", "em", "##bass", "##ies", "u", ".", "s", "talks"]
LABELS = {
    "modality": ["actual", "negated"],
    "stance": ["states", "denies"],
    "mode": ["NONE", "CONSULT:visit", "ASSAULT:drone"],
    "contexts": ["military", "diplomatic"],
    "flags": ["attributed", "actor_unknown", "recipient_none"],
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


BIO = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]


def test_a_name_goes_on_until_another_begins() -> None:
    scores = np.eye(5, dtype=np.float32)[[1, 2, 0, 3, 3]]

    found = find_entities(scores, BIO)

    assert [(e.start_word, e.end_word, e.label) for e in found] == [(0, 2, "PER"), (3, 4, "LOC"), (4, 5, "LOC")]


def test_a_name_has_the_label_that_its_words_favour_together() -> None:
    scores = np.array([[0, 0.49, 0, 0.51, 0], [0, 0, 1, 0, 0]], dtype=np.float32)

    (found,) = find_entities(scores, BIO)

    assert (found.start_word, found.end_word, found.label) == (0, 2, "PER") and found.score == pytest.approx(0.745, abs=0.01)


def test_a_name_with_a_doubtful_label_is_left_out() -> None:
    assert find_entities(np.array([[0, 0.5, 0, 0.5, 0]], dtype=np.float32), BIO) == []


def scores_of(types: list[list[float]], details: list[float]) -> Scores:
    words = len(types)
    empty = np.zeros((words, 1), dtype=np.float32)
    roles = np.zeros((words, 2, words), dtype=np.float32)
    roles[:, 0, 0] = 0.9
    return Scores(empty, empty, empty, empty, np.array(types, dtype=np.float32), np.array([details] * words, dtype=np.float32), roles)  # type: ignore[arg-type]


def test_a_trigger_carries_its_mode_modality_and_roles() -> None:
    scores = scores_of([[0.95, 0.03, 0.02], [0.1, 0.8, 0.1]], [0, 3, 2, 0, 0, 1, 5, -4, 4, 0, 0, 0])

    (trigger,) = find_triggers(scores, LABELS, 0, 2)

    assert (trigger.word, trigger.type, trigger.mode, trigger.contexts) == (1, "CONSULT", "visit", ("diplomatic",))
    assert trigger.modality["negated"] > 0.9 and trigger.stance["states"] > 0.8
    assert trigger.roles["actor"] == pytest.approx([0.9, 0.0])


def test_a_trigger_has_a_probability_for_each_flag_by_name() -> None:
    (trigger,) = find_triggers(scores_of([[0.1, 0.8, 0.1]], [0.0] * 9 + [2, 0, -2]), LABELS, 0, 1)

    assert list(trigger.flags) == ["attributed", "actor_unknown", "recipient_none"]
    assert list(trigger.flags.values()) == pytest.approx([0.88, 0.5, 0.12], abs=0.01)


def test_a_trigger_has_a_probability_for_each_type_but_none() -> None:
    (trigger,) = find_triggers(scores_of([[0.1, 0.6, 0.3]], [0] * 12), LABELS, 0, 1)

    assert trigger.score == pytest.approx(0.6) and trigger.types == pytest.approx({"CONSULT": 0.6, "ASSAULT": 0.3})


def test_words_of_an_earlier_stretch_have_no_role_for_a_trigger_of_a_later_one() -> None:
    (trigger,) = find_triggers(scores_of([[0.1, 0.8, 0.1]], [0] * 12), LABELS, 2, 4)

    assert trigger.word == 2 and trigger.roles["actor"] == pytest.approx([0.0, 0.0, 0.9, 0.0])


TREE = {"upos": ["NOUN", "VERB"], "feats": ["_"], "sectors": ["NONE"], "deprels": ["root", "nsubj"], "entities": ["O"]}


class TwoWords(Encoder):
    """Reads two words a call, a noun under a verb, and finds no names and no acts."""

    def __init__(self) -> None:
        super().__init__(None, Pieces(VOCABULARY), LABELS | TREE, "two words")

    def score(self, words: Sequence[str]) -> Scores:
        words = words[:2]
        tags = np.array([[0, 0, 0, 0], [1, 0, 0, 0]], dtype=np.int32)[: len(words)]
        arcs = np.array([[0, 0, 9], [9, 0, 0]], dtype=np.float32)[: len(words), : len(words) + 1]
        deprels = np.array([[0, 0, 1], [0, 0, 0]], dtype=np.int32)[: len(words), : len(words) + 1]
        types, roles = np.zeros((len(words), 3), dtype=np.float32), np.zeros((len(words), 2, len(words)), dtype=np.float32)
        types[:, 0] = 1
        return Scores(
            tags, np.ones((len(words), 1), dtype=np.float32), arcs, deprels, types, np.zeros((len(words), 12), dtype=np.float32), roles
        )


def read_in_twos(text: str) -> Tokens:
    return read_tokens(TwoWords(), text, find_words(text, 0, len(text)))


def test_lemmas_are_those_of_the_part_of_speech_that_the_heads_give() -> None:
    assert read_in_twos("Gunmen fled").lemmas == ["gunman", "flee"]
    assert read_in_twos("Meetings meeting").lemmas == ["meeting", "meet"]


def test_a_later_stretch_hangs_from_the_root_of_the_first() -> None:
    tokens = read_in_twos("Gunmen fled Soldiers shot")

    assert tokens.heads == [1, -1, 3, 1] and tokens.deprels == ["nsubj", "root", "nsubj", "parataxis"]


def test_a_folder_without_a_manifest_is_no_model(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ModelError, match=r"no manifest\.toml"):
        Encoder.load(tmp_path)


def test_a_file_that_is_not_the_manifests_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "manifest.toml").write_text('name = "x"\n[sha256]\n"model.onnx" = "0"\n"vocab.txt" = "0"\n')
    (tmp_path / "model.onnx").write_bytes(b"other")

    with pytest.raises(ModelError, match=r"does not have the hash"):
        Encoder.load(tmp_path)


def test_a_memory_gives_back_what_it_was_given_and_forgets_what_was_used_the_longest_ago() -> None:
    memory = Memory(most=4)
    for text in ("Gunmen fled", "Troops left", "Gunmen fled", "Rebels won"):
        memory.find(tuple(text.split()))
        memory.keep(tuple(text.split()), read_in_twos(text))

    assert memory.find(("Gunmen", "fled")).lemmas == ["gunman", "flee"]  # type: ignore[union-attr]
    assert memory.find(("Troops", "left")) is None
    assert memory.find(("Rebels", "won")) is not None
