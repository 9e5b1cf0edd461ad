"""Columns: what the tables of the tidy export have in their columns, and what each of these means.

Contract: values only. `sql` makes the column from the aliases that `SOURCES` gives to the views of a ledger; the codebook and the labels of
Stata say what stands here.
"""

from __future__ import annotations

from dataclasses import dataclass

from communique.exports.chosen import EVENTS, IN_ORDER
from communique.ledger.filters import MODALITIES, STANCES, types
from communique.tables.gazetteer import QUADS

_SCORE = "0 to 1"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what makes it, what it means, and the values it may have where these can be told."""

    name: str
    sql: str
    meaning: str
    values: str = ""


def joined(sql: str) -> str:
    """A list as one text."""
    return f"array_to_string({sql}, '; ')"


def _of(alias: str, **meanings: str) -> tuple[Column, ...]:
    """Columns that are called as in the ledger."""
    return tuple(Column(name, f'{alias}."{name}"', meaning) for name, meaning in meanings.items())


EVENT = (
    *_of("e", event_id="Names the event", document_id="Names its report"),
    Column("occurrence_id", "c.occurrence_id", "Names the act, the same for all events that tell of it"),
    Column("type", "e.type", "PLOVER event type", " ".join(types())),
    *_of("e", mode="PLOVER mode of the type"),
    Column("contexts", joined("e.contexts"), "PLOVER contexts, joined by '; '"),
    Column("quad", "e.quad", "Quad class", "; ".join(f"{quad} {label}" for quad, label in QUADS.items())),
    Column("intensity", "e.intensity", "PLOVER score of the type", "-10 (conflict) to 10 (cooperation)"),
    Column("cameo", "e.cameo", "Nearest CAMEO code", "3 or 4 digits, a text"),
    Column("actor_codes", joined("[p.code FOR p IN e.actors]"), "Codes of those who act, joined by '; '; the table participants has each"),
    Column("recipient_codes", joined("[p.code FOR p IN e.recipients]"), "Codes of those acted on, joined by '; '"),
    Column("speaker_codes", joined("[p.code FOR p IN e.said_by]"), "Codes of those who say so, joined by '; '; empty: the report itself"),
    Column("stance", "e.stance", "How the speaker puts it", " ".join(STANCES)),
    Column("modality", "e.modality", "Whether it happened", " ".join(MODALITIES)),
    Column("trigger", "e.trigger.text", "The word that names the act"),
    Column("trigger_start", "e.trigger.start", "Where it begins in the text of the report, in code points"),
    Column("trigger_end", 'e.trigger."end"', "Where it ends"),
    Column("sentence", "e.sentence.index", "Number of its sentence in the report, from 0"),
    Column("sentence_start", "e.sentence.start", "Where the sentence begins, in code points"),
    Column("sentence_end", 'e.sentence."end"', "Where it ends"),
    Column("place", "e.place.text", "Where it happened, in the words of the report"),
    Column("place_country", "e.place.country", "Country of the place", "ISO 3166-1 alpha-3; XKX Kosovo"),
    Column("place_admin1", "e.place.admin1", "First-order division of the place"),
    Column("place_latitude", "e.place.latitude", "Latitude of the place", "degrees, WGS 84"),
    Column("place_longitude", "e.place.longitude", "Longitude of the place", "degrees, WGS 84"),
    Column("date", "e.date", "When it happened, if told", "EDTF: YYYY, YYYY-MM, YYYY-MM-DD, or two with a slash"),
    *_of("e", date_text="The words that tell it", first_day="First day of date", last_day="Last day of date"),
    *_of("e", reported="Day of the report"),
    Column("score", "e.score", "How sure the coder is", _SCORE),
    Column("why_head", "e.why.head", "Score of the network", _SCORE),
    Column("why_rule", "e.why.rule", "The rule that shaped it"),
    Column("why_table", 'e.why."table"', "The row of a table that shaped it"),
    Column("run", "e.run", "Names what coded it: version, model, tables"),
)
PARTICIPANT = (
    *_of("p", event_id="Names the event", document_id="Names its report"),
    Column("role", "p.role", "What the participant does", "actor recipient speaker"),
    *_of("p", position="Place among those of its role, from 1", text="The words of the report; empty if only implied"),
    *_of("p", start="Where these begin in its text, in code points", end="Where they end"),
    Column("code", "p.code", "Country or other actor", "ISO 3166-1 alpha-3; XKX Kosovo; UNO EUR IGO NGO IMG MNC ISM UNK"),
    Column("sector", "p.sector", "PLOVER sector; empty: the country as such"),
    *_of("p", name="Name of the person or organisation", actor_id="Names who it is", table="The row of a table that tells who it is"),
)
DOCUMENT = (
    *_of("d", document_id="Names the report", version="Names its text and metadata", reported="Day of publication", title="Title"),
    *_of("d", publisher="Who published it", url="Where it is found", source="File it was read from, and place in it"),
    *_of("d", sha256="Hash of its text in UTF-8"),
    Column("agencies", joined("[one.name FOR one IN d.carriers IF one.kind = 'agency']"), "Agencies that carried it, joined by '; '"),
    Column("story_id", "s.story_id", "Names the text that it is a copy of; empty if no other report is"),
    *_of("d", run="Names what coded it"),
)
TEXT = _of("d", text="The text that all places count")
OCCURRENCE = (
    *_of("o", occurrence_id="Names the act"),
    Column("type", "o.type", "PLOVER event type", " ".join(types())),
    Column("actors", joined("o.actors"), "Codes of those who act, joined by '; '"),
    Column("recipients", joined("o.recipients"), "Codes of those acted on, joined by '; '"),
    *_of("o", country="Where, as ISO 3166-1 alpha-3", place="Where, in words", first_day="First day", last_day="Last day"),
    Column("modality", "o.modality", "Whether it happened: actual if one event is", " ".join(MODALITIES)),
    Column("quad", "o.quad", "Quad class", "; ".join(f"{quad} {label}" for quad, label in QUADS.items())),
    Column("intensity", "o.intensity", "PLOVER score of the type", "-10 (conflict) to 10 (cooperation)"),
    *_of("o", reported="Day of the first report", last_report="Day of the last report", reports="Reports that tell of it"),
    *_of("o", stories="Texts that tell of it, copies counting once", independent="Sources that share no agency or publisher"),
    Column("publishers", joined("o.publishers"), "Who published these reports, joined by '; '"),
    Column("agencies", joined("o.agencies"), "Agencies that carried them, joined by '; '"),
    *_of("o", own_voice="Reports that state it in their own voice"),
    Column("asserted_by", joined("o.asserted_by"), "Who says so, joined by '; '"),
    Column("alleged_by", joined("o.alleged_by"), "Who alleges it, joined by '; '"),
    Column("denied_by", joined("o.denied_by"), "Who denies it, joined by '; '"),
    Column("events", "len(o.events)", "Events that tell of it, in the whole ledger"),
    *_of("o", run="Names what merged it"),
)
TABLES = {"events": EVENT, "participants": PARTICIPANT, "documents": DOCUMENT, "occurrences": OCCURRENCE}
SOURCES = {
    "events": f"{EVENTS} ORDER BY {IN_ORDER}",
    "participants": "participants p SEMI JOIN chosen c ON p.event_id = c.event_id ORDER BY p.document_id, p.event_id, p.role, p.position",
    "documents": "documents d LEFT JOIN stories s ON d.document_id = s.document_id {documents} ORDER BY d.reported, d.document_id",
    "occurrences": "occurrences o SEMI JOIN chosen c ON o.occurrence_id = c.occurrence_id "
    "ORDER BY coalesce(o.first_day, o.reported), o.occurrence_id",
}
