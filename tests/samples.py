"""A report made by hand, for tests of what is shown of reports; no weights and no tables."""

from dataclasses import replace

from communique.records import Article, Carrier, Document, Event, Mention, Part, Participant, Place, Relation, Report, Sentence

TITLE = "Envoy speaks in Quito"
FIRST = "Peru is accused of arming rebels in Bolivia last week, an envoy said."
SECOND = "Chile has close ties to Brazil."
CREDIT = "Source: AFP, EFE"
TEXT = f"{TITLE}\n\n{FIRST} {SECOND}\n\n{CREDIT}"
AT = TEXT.index(FIRST)


def participant(text: str, code: str, sector: str | None = None, name: str | None = None, table: str = "") -> Participant:
    start = TEXT.find(text) if text else None
    actor_id = " ".join(part for part in (code, sector, name) if part)
    return Participant(text, start, None if start is None else start + len(text), code, sector, name, actor_id, table)


def trigger(word: str) -> dict[str, object]:
    return {"text": word, "start": TEXT.index(word), "end": TEXT.index(word) + len(word)}


def event(**changes: object) -> Event:
    at = TEXT.index("Bolivia")
    made = Event(
        event_id="e1",
        document_id="quito.txt",
        type="AID",
        mode=None,
        contexts=("military",),
        quad=2,
        intensity=10.0,
        cameo="072",
        trigger=trigger("arming"),
        sentence={"index": 0, "start": AT, "end": AT + len(FIRST)},
        actors=(participant("Peru", "PER", table="countries.csv:7"),),
        recipients=(participant("rebels", "BOL", "REB"),),
        place=Place("Bolivia", at, at + 7, "BOL", table="places.csv:3"),
        date="2023-03-06/2023-03-12",
        date_text="last week",
        modality="actual",
        said_by=(participant("", "UNK"),),
        stance="alleges",
        score=0.912345,
        why={"score": 0.912345, "rule": "accused_of", "table": "reporting.csv:41"},
        occurrence_id="o1",
    )
    return replace(made, **changes)


def report(document: Document | None = None, events: tuple[Event, ...] | None = None) -> Report:
    document = document or Document("quito.txt", TEXT, date="2023-03-14")
    second = AT + len(FIRST) + 1
    credit = TEXT.index(CREDIT)
    parts = (Part("title", 0, len(TITLE)), Part("paragraph", AT, second + len(SECOND)), Part("credit", credit, len(TEXT), "source_line"))
    agencies = [TEXT.index(name) for name in ("AFP", "EFE")]
    carriers = tuple(Carrier(TEXT[at : at + 3], "agency", at, at + 3, "source_line") for at in agencies)
    sentences = (Sentence(0, AT, AT + len(FIRST), ()), Sentence(1, second, second + len(SECOND), ()))
    peru = participant("Peru", "PER")
    ties = Relation(
        relation_id="r1",
        document_id="quito.txt",
        kind="ties",
        trigger=trigger("ties"),
        sentence={"index": 1, "start": second, "end": second + len(SECOND)},
        source=participant("Chile", "CHL"),
        target=participant("Brazil", "BRA"),
        about=None,
        said_by=(),
        why={"rule": "ties_to"},
    )
    mentions = (Mention("Peru", AT, AT + 4, 0, 0, (peru,), "country"),)
    found = (event(),) if events is None else events
    return Report(Article(document, parts, carriers, document.date), sentences, mentions, found, (ties,), "communique:0|tables:0|model:0")
