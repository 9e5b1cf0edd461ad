"""Build the generated table of offices: who held which office of a state, from when until when.

Contract: in - the lists of office holders in the folder `$COMMUNIQUE_DATA` (default ../shared/data), and `offices-hand.csv`; out -
communique/tables/data/offices.csv, sorted, so that running it again leaves no difference. Run it after `tools.build_actors`.

    python -m tools.build_offices
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from communique.tables.load import DATA
from tools.build_actors import Strings, gec_codes, independent_states, key, read_csv, read_json_lines, state_codes, write_table

FIRST_YEAR = "2002"
SEEN = "2019-06"  # the month of the list that has no dates
OFFICE_COLUMNS = ("name", "aliases", "code", "sector", "office", "title", "start", "end", "wikidata", "source")


def main() -> None:
    """Write the table of offices."""
    write_table("offices.csv", OFFICE_COLUMNS, (term.row() for term in merged(office_terms(state_codes()))))


@dataclass(frozen=True)
class Term:
    """One person in one office. A date with `~` says only that the person was seen in office then."""

    name: str
    code: str
    sector: str
    office: str
    title: str
    start: str
    end: str
    wikidata: str = ""
    source: str = ""
    aliases: tuple[str, ...] = field(default=())

    def rank_below(self, other: Term) -> bool:
        """Whether the other office is the higher of the two."""
        return self.office in {"minister", "other"} and other.office not in {"minister", "other"}

    def row(self) -> Strings:
        aliases = "|".join(sorted({alias for alias in self.aliases if alias != self.name}))
        return (self.name, aliases, self.code, self.sector, self.office, self.title, self.start, self.end, self.wikidata, self.source)


# The first pattern that a title matches says office and sector; `None` drops the row.
OFFICES: tuple[tuple[str, tuple[str, str] | None], ...] = (
    (r"ambassador|permanent rep|state secretary|under-?secretary|lord |first lady|intendant|prefect|mayor|whip", None),
    (r"parliamentary|commissioner to", None),
    (r"(deputy|vice|assistant|associate) (minister|secretary|director|head|chief|chair|governor|attorney|speaker|premier of)", None),
    (r"assist|advis[eo]r to|^minister of state|minister without|coordinator|auditor|secretary to the|counsel|economic|staff to", None),
    (r"chief secretary|financial sec|gov\w+ of (?!the .*bank)(?!.*bank)|judge|justice of|court justice|landtag|lieutenant gov", None),
    (r"akim|äkim|county|prov\w+|oblast|region|member|premier of (?!the state)|vice.president of (the )?(national|house|senate)", None),
    (r"president of (the )?(united nations|balear|republika|azad|sami|caixa|federation of)", None),
    (r"legislative|speaker|parliament|senate|chamber|assembly|house of|congress|sejm|duma|storting|riigikogu", ("other", "LEG")),
    (r"chief justice|supreme court|constitutional|prosecut|solicitor|procurator", ("other", "JUD")),
    (r"^(federal )?attorney[- ]general$", ("minister", "GOV")),
    (r"intelligence|secret service|security service|state security|\bcia\b|\bmi[56]\b", ("other", "SPY")),
    (r"police|gendarme|carabinieri", ("other", "COP")),
    (r"chief of (the )?(general|defen|army|air|naval|navy|staff of the|joint|armed)", ("other", "MIL")),
    (r"chiefs of staff|commander|army staff", ("other", "MIL")),
    (r"vice.?president", ("vice_president", "GOV")),
    (r"(deputy|vice).*(minister|premier|chancellor)", ("minister", "GOV")),
    (r"^(minister|secretary)( of state)?( for| of)?.*(foreign|external) (and \w+ )?(affairs|relations)", ("foreign_minister", "GOV")),
    (r"foreign (minister|secretary)", ("foreign_minister", "GOV")),
    (r"^(minister|secretary)( of state)?( for| of)? (national )?defen[cs]e|defen[cs]e (minister|secretary)", ("defence_minister", "GOV")),
    (r"prime min|^premier|^(federal )?chancellor$|taoiseach|head of government", ("head_of_government", "GOV")),
    (r"^(acting |interim |transitional )?(state )?pres(ident|\.)( of (the )?[A-Z]|$)", ("head_of_state", "GOV")),
    (r"^(king|queen|sultan|emir|amir|emperor|monarch)|yang di", ("head_of_state", "GOV")),
    (r"minister.*(cultur|sport|tourism|youth|communication|science|telecom|water|fisher|hous|family|women|relig|posts)", None),
    (r"minister|^min\.|secretary|treasurer|vice.premier", ("minister", "GOV")),
    (r"central bank|national bank|reserve bank|national security|spokes|supreme leader", ("other", "GOV")),
)


def classify(title: str) -> tuple[str, str] | None:
    """Office key and sector of a title, or None where the title is not kept."""
    return next((found for pattern, found in OFFICES if re.search(pattern, title, re.IGNORECASE)), None)


def office_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    """All terms of all sources, best dated first."""
    yield from holder_terms(codes)
    yield from leader_terms(codes)
    yield from foreign_minister_terms(codes)
    yield from factbook_terms()
    yield from seen_terms()


def holder_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    """Dated terms of cabinets, courts, staffs and speakers."""
    names = {"south korea": "KOR", "congo kinshasa": "COD", "uk": "GBR", "usa": "USA", "us": "USA"}
    for row in read_json_lines("office-holders-2001-2022.jsonl.gz"):
        code = names.get(key(row["area"])) or codes.get(key(row["area"]), ("", ""))[0]
        found = classify(row["position"])
        if (
            code
            and found
            and row["start"]
            and (row["end"] or "9999") >= max(FIRST_YEAR, row["start"][:4])
            and leads(row["position"], found, code, codes)
        ):
            office, sector = found
            end = row["end"] or open_end(row["start"], "2022-12")
            person = row["person"].split(",")[0]
            yield Term(person, code, sector, office, row["position"], row["start"], end, row["wikidata"] or "", "Wikidata")


def leads(title: str, found: tuple[str, str], code: str, codes: dict[str, tuple[str, str]]) -> bool:
    """Whether a president of something presides over the state itself, and not over a region or a council of it."""
    of = re.search(r"^\D*?president of (?:the )?(.+)$", title, re.IGNORECASE)
    whole = (
        of is None
        or of[1].lower() in ("republic", "state", "nation")
        or codes.get(key(re.sub(r"^republic of (the )?", "", of[1].lower())), ("",))[0] == code
    )
    return found[0] != "head_of_state" or whole


def open_end(start: str, seen: str) -> str:
    """An open term of an old date is more likely one whose end was never entered."""
    return f"{max(seen if int(start[:4]) >= int(seen[:4]) - 5 else str(int(start[:4]) + 4), start[:7])}~"


def leader_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    """Heads of state and government by year."""
    for row in read_json_lines("world-leaders-2017-2022.jsonl"):
        code, breakaway = codes.get(key(re.sub(r"^(The|Kingdom of( the)?) ", "", row["country"])), ("", ""))
        found = classify(row["positionLabel"])
        crown = key(row["officeholderLabel"]) in {"charles iii", "elizabeth ii"} and code != "GBR"
        if code and found and row["start_year"] and not crown and not re.fullmatch(r"Q\d+", row["officeholderLabel"]):
            name, title = re.sub(r" of [A-Z]\w+( \w+)?$", "", row["officeholderLabel"]), row["positionLabel"]
            start, end = row["start_year"], row["end_year"] or "2022-12~"
            yield Term(name, code, breakaway or found[1], found[0], title, start, end, row["officeholder"], "Wikidata")


def foreign_minister_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    """Foreign ministers of January 2023."""
    for row in read_json_lines("foreign-ministers-2023-01.jsonl"):
        code, breakaway = codes.get(key(row["country"]), ("", ""))
        if code and row["person"] and not re.fullmatch(r"Q\d+", row["person"]):
            start = row.get("start") or "2022-06~"
            office, wikidata = ("foreign_minister", "Minister of Foreign Affairs"), row.get("wikidata") or ""
            yield Term(row["person"], code, breakaway or "GOV", *office, start, "2023-01~", wikidata, "Wikidata")


TITLE_WORDS = set(
    "president prime minister vice first second third deputy acting interim caretaker transitional king queen emir amir sultan "
    "chairperson chairman chair governor general governor-general premier chancellor supreme leader grand duke prince secretary of state "
    "captain regent chief executive emperor federal taoiseach "
    "union and presidency presidential council government the national salvation pope co-prince".split()
)
HONORIFICS = set(
    "sir dame dr gen general lt col capt maj brig archbishop sheikh cardinal hon mr ms air marshal admiral adm (ret) field mrs prof "
    "professor engineer eng ing the right rt crown prince hrh princess chief".split()
)
PARTICLES = set("de da dos del la al bin bint ibn van von der den el y e ben zu du di ter".split())


def factbook_terms() -> Iterator[Term]:
    """Chiefs of state and heads of government out of the monthly snapshots, debris left out."""
    codes = gec_codes()
    independent = independent_states() | {"TWN", "XKX"}
    for row in read_json_lines("factbook-leaders.jsonl.gz"):
        code, parsed = codes.get(row["country_gec"], ""), parse_holder(row["holder"])
        if code not in independent or not parsed or (parsed[1].lower() in {"king charles iii", "queen elizabeth ii"} and code != "GBR"):
            continue
        title, name = parsed
        found = classify(title) if title else None
        if found:
            start = parse_date(row["since"]) or f"{row['seen_from'][:7]}~"
            end = "" if row["seen_to"] >= "2026-01" else f"{row['seen_to'][:7]}~"
            yield Term(name, code, found[1], found[0], title, start, end, "", "CIA World Factbook")


def parse_holder(holder: str) -> tuple[str, str] | None:
    """Title and name of a Factbook holder, or None where the words are debris."""
    words = re.split(r",? also spelled| \(|; | since ", holder)[0].replace(",", " ").split()
    cut = next((index for index, word in enumerate(words) if word.lower() not in TITLE_WORDS), len(words))
    title, name = " ".join(words[:cut]), tidy_name(" ".join(words[cut:]))
    monarch = words[cut - 1] if cut and words[cut - 1].lower() in {"king", "queen", "sultan", "emir", "pope", "emperor"} else ""
    if not name or not cut or not re.search(r"\b[A-Z]{2}", " ".join(words[cut:])):
        return None
    return title, f"{monarch} {name}" if monarch and " " not in name else name


def tidy_name(name: str) -> str | None:
    """`Michael R. PENCE`, `KIM Jae Ryong` -> `Michael R. Pence`, `Kim Jae Ryong`; None where it is no name."""
    words = re.sub(r'"[^"]*" |\([^)]*\)', "", name).strip(" ,.;").split()
    while words and words[0].lower().replace(".", "") in HONORIFICS:
        words = words[1:]
    words = [tidy_word(word) for word in words]
    sound = 2 <= len(words) <= 6 and all(re.fullmatch(r"[^\W\d_][\w.'’\-]*", word) for word in words) and words[0][:1].isupper()
    return " ".join(words) if sound and all(word in PARTICLES or not word.isalpha() or not word.islower() for word in words) else None


def tidy_word(word: str) -> str:
    """A word out of capitals, but for initials and numerals."""
    if re.fullmatch(r"[IVX]+|[A-Z]\.?|[A-Z]\.[A-Z]\.", word):
        return word
    parts = [part.capitalize() if part.isupper() and len(part) > 1 else part for part in re.split(r"([-'’])", word)]
    return re.sub(r"\bMc([a-z])", lambda match: "Mc" + match[1].upper(), "".join(parts))


def parse_date(text: str) -> str:
    """`8 May 2018`, `August 2017`, `2014` as an ISO date; empty where there is none."""
    months = "January February March April May June July August September October November December".split()
    found = re.match(r"(?:(?:(\d{1,2}) )?([A-Z][a-z]+) )?(\d{4})\b", text or "")
    if not found or (found[2] and found[2] not in months):
        return ""
    month = f"-{months.index(found[2]) + 1:02}" if found[2] else ""
    return found[3] + month + (f"-{int(found[1]):02}" if found[1] and month else "")


def seen_terms() -> Iterator[Term]:
    """Cabinets as one list of June 2019 has them."""
    codes = gec_codes()
    for row in read_json_lines("cia-world-leaders-2019-06.jsonl.gz"):
        name, code, found = tidy_name(row["person"] or ""), codes.get(row["gec"], ""), classify(row["office"])
        if name and code and found and found[0] not in {"minister", "other"}:
            yield Term(name, code, found[1], found[0], row["office"], f"{SEEN}~", f"{SEEN}~", "", "CIA World Leaders")


def merged(terms: Iterable[Term]) -> list[Term]:
    """One term for each stretch that a person spent in offices of one sort; what the hand-kept table codes is left out."""
    hand = hand_terms()
    people: dict[tuple[str, str, str], list[Term]] = defaultdict(list)
    terms = list(terms)
    names = canonical_names([*hand, *terms])
    for term in terms:
        name = names[term.code, key(term.name)]
        people[term.code, key(name), term.office].append(replace(term, name=name, aliases=(term.name,)))
    joined = [term for group in people.values() for term in join_terms(sorted(group, key=lambda term: term.start))]
    coded: dict[tuple[str, str], list[Term]] = defaultdict(list)
    for term in hand:
        coded[term.code, key(names[term.code, key(term.name)])].append(term)
    return drop_covered([term for term in joined if not any(overlap(term, other) for other in coded[term.code, key(term.name)])], hand)


def hand_terms() -> list[Term]:
    """The hand-kept terms, one for each spelling of the name, with the main spelling as alias."""
    rows = read_csv(DATA / "offices-hand.csv")
    spelled = [(row, name) for row in rows for name in [row["name"], *row["aliases"].split("|")] if name]
    return [
        Term(name, row["code"], row["sector"], row["office"], row["title"], row["start"], row["end"], aliases=(row["name"],))
        for row, name in spelled
    ]


def overlap(term: Term, hand: Term) -> bool:
    """Whether a hand-kept term covers one, or at least its better part: they share the sort of office, or one was only seen."""
    together = term.start[:7] <= (hand.end or "9999")[:7] and hand.start[:7] <= (term.end or "9999")[:7]
    return together and (term.office == hand.office or term.start.endswith("~") or term.rank_below(hand))


def canonical_names(terms: Sequence[Term]) -> dict[tuple[str, str], str]:
    """For each spelling the first spelling of the same person: one state, alike, and the same words but for middle names."""
    firsts: dict[tuple[str, str], list[tuple[list[str], str]]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    for term in terms:
        words = key(term.name).split()
        if (term.code, " ".join(words)) not in names:
            near = firsts[term.code, words[0][:2]]
            main = term.aliases[0] if term.aliases else term.name
            names[term.code, " ".join(words)] = next((name for spelled, name in near if same_person(spelled, words)), main)
            near.append((words, names[term.code, " ".join(words)]))
    return names


def same_person(one: Strings, other: Strings) -> bool:
    """Alike in every letter but a few, or the shorter name within the longer."""
    if fuzz.ratio(" ".join(one), " ".join(other)) >= 90:
        return True
    return min(len(one), len(other)) >= 2 and one[0] == other[0] and (set(one) <= set(other) or set(other) <= set(one))


def join_terms(group: Sequence[Term]) -> list[Term]:
    """Terms of one person in one sort of office, joined where they touch; a certain date wins over one that was only seen."""
    joined: list[Term] = []
    for term in group:
        last = joined[-1] if joined else None
        if last and (not last.end or int(term.start[:4]) <= int(last.end[:4]) + 1):
            start = min(last.start, term.start, key=lambda date: (date[:4], date.endswith("~")))
            end, aliases = later(last.end, term.end), last.aliases + term.aliases
            joined[-1] = replace(last, start=start, end=end, aliases=aliases, wikidata=last.wikidata or term.wikidata)
        else:
            joined.append(term)
    return joined


def later(one: str, other: str) -> str:
    """The later end; an end that was only seen gives way to a certain one of the same year or later."""
    if not one or not other:
        return ""
    return max(one, other, key=lambda date: (date[:4], not date.endswith("~"), date))


def drop_covered(terms: Sequence[Term], hand: Sequence[Term]) -> list[Term]:
    """Leave out what was only seen once where dated terms know the person or the holder; and terms that end early."""
    dated = [term for term in (*hand, *terms) if not term.start.endswith("~")]
    people = {(term.code, key(term.name)) for term in dated}
    held = {(term.code, term.office) for term in dated if term.start[:7] <= SEEN and (not term.end or term.end[:7] >= SEEN)}
    known = people | held
    kept = [term for term in terms if not term.end or term.start[:10] <= term.end[:10]]
    return [term for term in kept if not term.start.endswith("~") or not {(term.code, key(term.name)), (term.code, term.office)} & known]


if __name__ == "__main__":
    main()
