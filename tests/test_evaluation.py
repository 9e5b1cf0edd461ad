"""The measures, on annotations and trees made by hand."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from communique.errors import InputError
from communique.records import Entity, Tokens
from evaluation import floors as floors_file
from evaluation.alignment import Placed, align, common_subsequence
from evaluation.conllu import GoldDocument, read_documents
from evaluation.entities import score as score_entities
from evaluation.entities import spans_of
from evaluation.floors import Floors
from evaluation.gold import gold_tag, read_rows, signed
from evaluation.measures import find_trigger, gold_events, score, text_of
from evaluation.syntax import score_gold_words, score_raw

ROOT = Path(__file__).parent.parent
GOLD = read_rows(ROOT / "examples" / "gold.jsonl")

CONLLU = """\
# newdoc id = one
# text = Kenya doesn't trade.
1\tKenya\tKenya\tPROPN\tNNP\tNumber=Sing\t4\tnsubj\t_\t_
2-3\tdoesn't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdoes\tdo\tAUX\tVBZ\t_\t4\taux\t_\t_
3\tn't\tnot\tPART\tRB\tPolarity=Neg\t4\tadvmod\t_\t_
4\ttrade\ttrade\tVERB\tVB\tVerbForm=Inf\t0\troot\t_\tSpaceAfter=No
5\t.\t.\tPUNCT\t.\t_\t4\tpunct\t_\t_

# newpar
# text = Oslo agrees.
1\tOslo\tOslo\tPROPN\tNNP\tNumber=Sing\t2\tnsubj\t_\t_
2\tagrees\tagree\tVERB\tVBZ\t_\t0\troot\t_\tSpaceAfter=No
3\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_
"""


def coded(document: dict) -> list[dict]:
    """Records that agree with the annotation in all that is scored."""
    records = []
    for event, placed in zip(
        (event for sentence in document["sentences"] for event in sentence["events"]), gold_events(document), strict=True
    ):
        span = {"start": placed.trigger[0], "end": placed.trigger[1]}
        roles = {role: [as_record(one) for one in event[role]] for role in ("actors", "recipients", "said_by")}
        records.append(event | roles | {"document_id": document["id"], "trigger": span})
    return records


def as_record(participant: dict) -> dict:
    code, _, rest = participant["who"].partition(" ")
    return {"code": code, "sector": rest.split(" ")[0] or None}


def all_coded() -> list[dict]:
    return [record for document in GOLD for record in coded(document)]


def test_what_agrees_in_everything_scores_1():
    figures, misses = score(GOLD, all_coded())

    assert [figures[name]["f1"] for name in ("sentence", "type", "dyad")] == [1.0, 1.0, 1.0]
    assert figures["fact_precision"] == 1.0
    assert set(figures["agreement"].values()) == {1.0}
    assert misses == []


def test_nothing_coded_scores_0_and_has_no_fact_precision():
    figures, misses = score(GOLD, [])

    assert figures["type"]["f1"] == 0.0
    assert figures["fact_precision"] is None
    assert {miss.kind for miss in misses} == {"missed"}


def test_another_type_counts_as_missed_and_as_extra():
    first, *others = all_coded()
    figures, misses = score(GOLD, [first | {"type": "AID"}, *others])

    assert figures["type"]["precision"] == figures["type"]["recall"] == pytest.approx(17 / 18)
    assert sorted(miss.kind for miss in misses) == ["extra", "missed"]


def test_another_recipient_keeps_the_type_and_loses_the_dyad():
    records = all_coded()
    records[1] |= {"recipients": [{"code": "ETH", "sector": None}]}
    figures, misses = score(GOLD, records)

    assert figures["type"]["f1"] == 1.0
    assert figures["dyad"]["f1"] == pytest.approx(17 / 18)
    assert [miss.kind for miss in misses] == ["dyad"]


def test_a_claim_coded_as_fact_costs_fact_precision():
    records = all_coded()
    denied = next(record for record in records if record["stance"] == "denies")
    denied |= {"said_by": [], "stance": "states"}
    figures, _ = score(GOLD, records)

    facts = sum(not record["said_by"] and record["modality"] == "actual" for record in records)
    assert figures["fact_precision"] == pytest.approx((facts - 1) / facts)
    assert figures["agreement"]["said_by"] == pytest.approx(17 / 18)


def test_of_two_events_of_a_type_the_more_agreeing_is_matched():
    sentence = {"text": "Chad urged Mali and Togo urged Niger.", "events": []}
    for actor, recipient, nth in (("TCD", "MLI", 1), ("TGO", "NER", 2)):
        sides = {"actors": [{"who": actor}], "recipients": [{"who": recipient}]}
        sentence["events"].append({"trigger": "urged", "nth": nth, "type": "REQUEST", **sides})
    document = {"id": "d", "sentences": [sentence]}
    second = {"code": "TGO"}, {"code": "NER"}
    record = {"document_id": "d", "type": "REQUEST", "trigger": {"start": 25, "end": 30}, "actors": [second[0]], "recipients": [second[1]]}
    figures, misses = score([document], [record])

    assert figures["dyad"]["precision"] == 1.0
    assert [miss.gold.actors for miss in misses] == [frozenset({"TCD"})]


def test_bodies_above_the_state_count_by_their_code_alone():
    document = {
        "id": "d",
        "sentences": [{"text": "NATO met.", "events": [{"trigger": "met", "type": "CONSULT", "actors": [{"who": "IGO MIL NATO"}]}]}],
    }
    record = {"document_id": "d", "type": "CONSULT", "trigger": {"start": 5, "end": 8}, "actors": [{"code": "IGO", "sector": "GOV"}]}

    assert score([document], [record])[0]["agreement"]["sector"] == 1.0


def test_a_trigger_is_found_as_a_whole_word_before_a_part_of_one():
    assert find_trigger("The unarmed man armed rebels.", {"trigger": "armed"}) == 16
    assert find_trigger("An airstrike.", {"trigger": "strike"}) == 6
    assert find_trigger("Talks.", {"trigger": "war"}) is None


def test_an_event_of_an_unknown_document_is_a_fault():
    with pytest.raises(InputError, match="elsewhere"):
        score(GOLD, [all_coded()[0] | {"document_id": "elsewhere"}])


def test_the_examples_are_what_the_offsets_count():
    assert text_of(GOLD[0]).startswith("The foreign ministers of Kenya and Somalia met in Nairobi on Wednesday")


class GoldParser:
    """Parses the words of known sentences without a fault, changed where a test says so."""

    def __init__(self, documents: Sequence[GoldDocument]) -> None:
        self.trees: dict[tuple[str, ...], Tokens] = {}
        for sentence in (sentence for document in documents for sentence in document.sentences):
            forms, size = [word.form for word in sentence.words], len(sentence.words)
            columns = [[getattr(word, name) for word in sentence.words] for name in ("upos", "feats", "head", "deprel")]
            self.trees[tuple(forms)] = Tokens(forms, [0] * size, [0] * size, forms, *columns)

    def __call__(self, words: Sequence[str]) -> Tokens:
        return self.trees[tuple(words)]


def test_running_text_is_rebuilt_from_tokens_and_paragraphs():
    (document,) = read_documents(CONLLU)

    assert document.text == "Kenya doesn't trade. \n\nOslo agrees. "
    assert [document.text[slice(*span)] for span in document.spans[0]] == ["Kenya", "doesn't", "trade", "."]


def test_gold_trees_score_1_on_gold_words():
    documents = read_documents(CONLLU)

    assert score_gold_words(documents, GoldParser(documents)) == {"upos": 1.0, "ufeats": 1.0, "uas": 1.0, "las": 1.0, "words": 8}


def test_a_wrong_relation_costs_las_and_not_uas():
    documents = read_documents(CONLLU)
    parser = GoldParser(documents)
    parser.trees["Oslo", "agrees", "."].deprels[0] = "obj"
    figures = score_gold_words(documents, parser)

    assert (figures["uas"], figures["las"]) == (1.0, 7 / 8)


def test_gold_trees_score_1_on_running_text():
    documents = read_documents(CONLLU)

    assert set(score_raw(documents, GoldParser(documents)).values()) == {1.0}


def test_words_are_aligned_by_their_spans():
    gold = [Placed("Oslo", (0, 4), False), Placed("agrees", (5, 11), False)]

    assert align(gold, [(0, 4), (5, 7), (7, 11)], "Oslo agrees") == {0: 0}


def test_words_of_a_multiword_token_are_aligned_by_their_forms():
    gold = [Placed("gon", (0, 5), True), Placed("na", (0, 5), True), Placed("go", (6, 8), False)]

    assert align(gold, [(0, 3), (3, 5), (6, 8)], "gonna go") == {0: 0, 1: 1, 2: 2}
    assert align(gold, [(0, 5), (6, 8)], "gonna go") == {2: 1}


def test_a_common_subsequence_is_the_longest():
    assert common_subsequence("abcd", "xbdc") in ([(1, 1), (2, 3)], [(1, 1), (3, 2)])


def test_entities_are_scored_by_span_and_label():
    def parse(words: Sequence[str]) -> Tokens:
        found = [Entity(0, 2, "PER", 0.9), Entity(3, 4, "LOC", 0.9), Entity(4, 5, "MISC", 0.9)]
        return Tokens(list(words), [], [], [], [], [], [], [], entities=found)

    rows = [{"tokens": "Ana Vega left Oslo .".split(), "tags": ["B-PER", "I-PER", "O", "B-ORG", "B-OTH"]}]
    figures = score_entities(rows, parse)

    assert (figures["precision"], figures["recall"], figures["f1"]) == (0.5, 0.5, 0.5)
    assert figures["per_label"]["PER"]["f1"] == 1.0


def test_io_tags_read_as_spans_too():
    assert list(spans_of(["I-PER", "I-PER", "O", "I-LOC", "I-ORG", "B-ORG"])) == [
        (0, 2, "PER"),
        (3, 4, "LOC"),
        (4, 5, "ORG"),
        (5, 6, "ORG"),
    ]


def test_gzipped_gold_is_read_like_plain_gold(tmp_path: Path):
    path = tmp_path / "gold.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"id": "a"}\n\n{"id": "b"}\n'))

    assert [row["id"] for row in read_rows(path)] == ["a", "b"]


def test_a_line_that_is_no_json_is_named(tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "a"}\n{broken\n', encoding="utf-8")

    with pytest.raises(InputError, match=r"gold\.jsonl:2: no JSON"):
        read_rows(path)


def test_a_signature_names_the_gold_whatever_its_order(tmp_path: Path):
    paths = [tmp_path / "one", tmp_path / "two"]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")

    assert gold_tag(paths) == gold_tag(paths[::-1]) != gold_tag(paths[:1])
    assert signed("communique:0.1.0|tables:5f2c|model:en-1", paths) == f"communique:0.1.0|tables:5f2c|model:en-1|gold:{gold_tag(paths)}"


def floors(**values: float) -> Floors:
    return Floors("# head\n\n", {"gold.jsonl": "0" * 64}, values, {"own.type_f1": 0.6})


def test_floors_rise_and_are_never_lowered():
    before = floors(high=0.9, low=0.1)
    after = floors_file.raised(before, {"high": 0.5, "low": 0.5, "new": 0.25, "example.types": 14})

    assert after.floors == {"high": 0.9, "low": 0.496, "new": 0.246, "example.types": 13.0}


def test_a_score_under_its_floor_is_found():
    assert floors_file.find_fallen(floors(a=0.5, b=0.5), {"a": 0.5, "b": 0.4999, "c": 0.0}) == ["b"]


def test_another_gold_file_than_the_pinned_one_is_refused(tmp_path: Path):
    path = tmp_path / "gold.jsonl"
    path.write_text("{}\n", encoding="utf-8")

    with pytest.raises(InputError, match="sha256"):
        floors_file.check_gold(floors(), "gold.jsonl", path)


def test_floors_are_written_as_they_are_read(tmp_path: Path):
    path = tmp_path / "floors.toml"
    floors_file.write_floors(path, floors(a=0.5, b=13.0))

    assert floors_file.load_floors(path) == floors(a=0.5, b=13.0)


def test_the_repository_s_floors_file_is_in_the_form_that_is_written(tmp_path: Path):
    path = ROOT / "evaluation" / "floors.toml"
    floors_file.write_floors(tmp_path / "floors.toml", floors_file.load_floors(path))

    assert (tmp_path / "floors.toml").read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_the_repository_s_own_gold_file_is_the_pinned_one():
    floors_file.check_gold(
        floors_file.load_floors(ROOT / "evaluation" / "floors.toml"), "examples/gold.jsonl", ROOT / "examples" / "gold.jsonl"
    )


def test_the_example_annotations_point_at_words_of_their_sentences():
    for sentence in (sentence for document in GOLD for sentence in document["sentences"]):
        for event in sentence["events"]:
            mentions = [one["text"] for role in ("actors", "recipients", "said_by") for one in event[role]]

            assert event["trigger"] in sentence["text"], json.dumps(event)
            assert all(text in sentence["text"] for text in mentions), json.dumps(event)
