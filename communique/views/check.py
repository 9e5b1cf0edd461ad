"""Check: are the tables sound, and does the coder do with the examples inside the definitions what they say.

Contract: in - the tables of the package, and for the examples a `Reader`; out - a fault or None for each stage that reads tables, and what
was coded of each example. Loads every table anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from communique.encoder.lemmas import Lemmas
from communique.errors import TableError
from communique.exports.states import load_states
from communique.meaning.actors import Actors
from communique.meaning.claims import load_verbs
from communique.meaning.dates import Dates
from communique.meaning.events import Rules
from communique.meaning.places import Places
from communique.meaning.plover import Example, Plover
from communique.meaning.relations import load_nouns
from communique.pipeline import Reader
from communique.records import Event
from communique.tables import gazetteer
from communique.text.article import boilerplate
from communique.text.carriers import agencies
from communique.text.intake import document_from_text
from communique.text.words import abbreviations

STAGES: dict[str, Callable[[], object]] = {
    "abbreviations.csv": abbreviations.__wrapped__,
    "agencies.csv": agencies.__wrapped__,
    "boilerplate.toml": boilerplate.__wrapped__,
    "lemmas.csv": Lemmas.load,
    "types.toml, cameo.csv": Plover.load,
    "triggers.csv, parties.csv, implied.csv, mutual.csv": lambda: Rules.load(Plover.load().types),
    "countries, organisations, offices, agents": Actors.load,
    "places": Places.load,
    "dates.toml": Dates.load,
    "reporting.csv": load_verbs,
    "relations.csv": load_nouns,
    "states.csv": load_states.__wrapped__,
    "codes.csv, world.csv, world.json": lambda: (
        gazetteer.names.__wrapped__(),
        gazetteer.places.__wrapped__(),
        gazetteer.world.__wrapped__(),
    ),
}


@dataclass(frozen=True, slots=True)
class Coded:
    """An example, the type it defines, and what was coded of it."""

    type: str
    example: Example
    events: tuple[Event, ...]

    @property
    def as_defined(self) -> bool:
        """Whether one event has the type, the mode where the example names one, and both sides."""
        return any(
            event.type == self.type
            and self.example.mode in (None, event.mode)
            and {one.code for one in event.actors} == self.example.actors
            and {one.code for one in event.recipients} == self.example.recipients
            for event in self.events
        )


def check_tables() -> Iterator[tuple[str, TableError | None]]:
    """Each stage by the tables it reads, and the first fault in them."""
    for name, load in STAGES.items():
        try:
            load()
        except TableError as fault:
            yield name, fault
        else:
            yield name, None


def check_examples(reader: Reader) -> Iterator[Coded]:
    """Code every example inside the definitions, each as a report of its own."""
    for kind in reader.plover.types.values():
        for example in kind.examples:
            report = reader.read_document(document_from_text(example.text, id=example.place))
            yield Coded(kind.name, example, report.events)
