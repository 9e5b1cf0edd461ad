"""Build the generated actor tables from public data: countries, offices, organisations, agents.

Contract: in - the folder `$COMMUNIQUE_DATA` (default ../shared/data) and the hand-kept tables `*-hand.csv`; out - the files
`countries.csv`, `offices.csv`, `organisations.csv` and `agents.csv` under communique/tables/data, sorted, so that running it
again leaves no difference. A name that a hand-kept table already codes is left out of the generated one.

    python tools/build_actors.py
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import os
import re
import sys
import tarfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from anyascii import anyascii
from rapidfuzz import fuzz

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from communique.tables.load import DATA  # noqa: E402

SOURCE = Path(os.environ.get("COMMUNIQUE_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))
ACTORS = SOURCE / "actors"
FIRST_YEAR = "2000"
Strings = Sequence[str]


def main() -> None:
    """Write the four generated tables."""
    countries = list(country_rows())
    write_table("countries.csv", ("name", "code", "sector", "kind", "source"), countries)
    codes = state_codes(countries)
    write_table("offices.csv", OFFICE_COLUMNS, (term.row() for term in merged(office_terms(codes))))
    write_table("organisations.csv", ("name", "aliases", "code", "sector", "kind", "start", "end", "source"), organisation_rows())
    write_table("agents.csv", ("lemma", "sector", "office", "source"), agent_rows())


def key(name: str) -> str:
    """A name without case, accents and punctuation."""
    return re.sub(r"[^a-z0-9]+", " ", anyascii(name).lower().replace("'", "")).strip()


def write_table(name: str, columns: Strings, rows: Iterable[Strings]) -> None:
    """Write a sorted CSV file into the package."""
    ordered = sorted(set(map(tuple, rows)), key=lambda row: (row[0].casefold(), row))
    with (DATA / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(ordered)
    print(f"{name}: {len(ordered)} rows")


def read_json_lines(name: str) -> Iterator[dict[str, str]]:
    path = ACTORS / name
    with gzip.open(path, "rt", encoding="utf-8") if name.endswith(".gz") else path.open(encoding="utf-8") as file:
        for line in file:
            yield {column: html.unescape(value) if isinstance(value, str) else value for column, value in json.loads(line).items()}


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hand_names(table: str) -> set[str]:
    """Keys of all names and aliases of a hand-kept table."""
    rows = read_csv(DATA / table)
    return {key(name) for row in rows for name in [row.get("name") or row["lemma"], *row.get("aliases", "").split("|")] if name}


# ---- countries -------------------------------------------------------------------------------------------------------

# Capitals that are more often a person, another town or a word, and those of a name with the state itself.
NO_METONYM = {"Victoria", "Hamilton", "Stanley", "Georgetown", "George Town", "Kingston", "Douglas", "Plymouth", "The Valley", "Male",
              "Malé", "Roseau", "Road Town", "Praia", "Sucre", "Plymouth", "West Island", "Capital", "Alofi", "Funafuti"}


def country_rows() -> Iterator[Strings]:
    """Names, demonyms and capitals of states, in so far as the hand-kept table has not coded them."""
    known = hand_names("countries-hand.csv")
    demonyms: dict[str, set[str]] = defaultdict(set)
    rows: dict[str, tuple[str, str, str, str, str]] = {}
    for kind, found in (("country", country_names), ("demonym", country_demonyms), ("capital", country_capitals)):
        for name, code, source in found():
            name = re.sub(r"^the ", "", re.sub(r"\s+", " ", name).strip(" *,;"), flags=re.I)
            if len(name) > 2 and key(name) not in known and name not in NO_METONYM:
                demonyms[key(name)].add(code)
                rows.setdefault(key(name) + code, (name, code, "GOV" if kind == "capital" else "", kind, source))
    return (row for row in rows.values() if row[3] == "country" or len(demonyms[key(row[0])]) == 1)


def country_names() -> Iterator[Strings]:
    for row in read_csv(ACTORS / "country-codes-PDDL.csv"):
        for column in ("CLDR display name", "UNTERM English Short", "UNTERM English Formal", "official_name_en"):
            yield re.sub(r"\(.*?\)", "", row[column]).replace("’", "'"), row["ISO3166-1-Alpha-3"], "ISO 3166"
    for entry, code in factbook_countries():
        for form in ("conventional long form", "conventional short form"):
            name = re.sub(r"[;(].*", "", str(entry["names"].get(form) or ""))
            if name.lower() not in {"", "none"} and "," not in name:
                yield name, code, "CIA World Factbook"


def country_demonyms() -> Iterator[Strings]:
    for entry, code in factbook_countries():
        text = re.sub(r"note.*", "", f"{entry['noun']}; {entry['adjective']}")
        for form in re.split(r"[;,]| or ", re.sub(r"\((?!s\)|men\)|women\)).*?\)", "", text)):
            form = form.strip()
            if form[:1].isupper() and form not in {"NA"} and len(form) > 3:
                yield re.sub(r"\(\w+\)", "", form), code, "CIA World Factbook"
                if form.endswith("(s)"):
                    yield form.replace("(s)", "s"), code, "CIA World Factbook"


def country_capitals() -> Iterator[Strings]:
    """Capitals of independent states only: a territory's seldom stands for its government."""
    for row in read_csv(ACTORS / "country-codes-PDDL.csv"):
        if row["is_independent"] == "Yes" and row["Capital"]:
            yield row["Capital"], row["ISO3166-1-Alpha-3"], "ISO 3166"
    independent = {row["ISO3166-1-Alpha-3"] for row in read_csv(ACTORS / "country-codes-PDDL.csv") if row["is_independent"] == "Yes"}
    for entry, code in factbook_countries():
        capital = re.split(r"[(;,]", str(entry["capital"]))[0].split(" in ")[0].strip()
        if code in independent and capital[:1].isupper() and len(capital) > 3:
            yield capital, code, "CIA World Factbook"


def factbook_countries() -> Iterator[tuple[dict[str, dict[str, str]], str]]:
    codes = gec_codes()
    for entry in read_json_lines("factbook-countries.jsonl.gz"):
        if entry["gec"] in codes:
            yield entry, codes[entry["gec"]]  # type: ignore[misc]


def gec_codes() -> dict[str, str]:
    """ISO alpha-3 code by the two-letter GEC code of the Factbook, lower case."""
    codes = {"kv": "XKX", "gz": "PSE", "we": "PSE", "ee": "EUR"}
    with (SOURCE / "geo" / "geonames-countryInfo.txt").open(encoding="utf-8") as file:
        for line in file:
            cells = line.split("\t")
            if not line.startswith("#") and len(cells) > 3 and cells[3]:
                codes.setdefault(cells[3].lower(), cells[1])
    return {gec: code for gec, code in codes.items() if gec != "ee"}


def state_codes(generated: Iterable[Strings]) -> dict[str, tuple[str, str]]:
    """Code and sector by key of a state's name; breakaway territories have sector PRE."""
    rows = [(row[0], row[1], row[2], row[3]) for row in generated]
    rows += [(row["name"], row["code"], row["sector"], row["kind"]) for row in read_csv(DATA / "countries-hand.csv")]
    return {key(name): (code, sector) for name, code, sector, kind in rows if kind == "country"}


# ---- offices ---------------------------------------------------------------------------------------------------------

OFFICE_COLUMNS = ("name", "aliases", "code", "sector", "office", "title", "start", "end", "wikidata", "source")


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

    def row(self) -> Strings:
        aliases = "|".join(sorted({alias for alias in self.aliases if alias != self.name}))
        return (self.name, aliases, self.code, self.sector, self.office, self.title, self.start, self.end, self.wikidata, self.source)


# The first pattern that a title matches says office and sector; `None` drops the row.
OFFICES: tuple[tuple[str, tuple[str, str] | None], ...] = (
    (r"ambassador|permanent rep|state secretary|under-?secretary|lord |first lady|intendant|prefect|mayor|whip|parliamentary sec", None),
    (r"gov\w+ of (?!the .*bank)(?!.*bank)|judge|justice of|landtag|lieutenant governor|akim|äkim|county|prov\w+|oblast|region|member", None),
    (r"premier of (?!the state)|president of (the )?(united nations|balear|republika|azad|sami|caixa|federation of)", None),
    (r"legislative|speaker|parliament|senate|chamber|assembly|house of|congress|sejm|duma|storting|riigikogu|federal council", ("other", "LEG")),
    (r"chief justice|supreme court|constitutional|prosecut|attorney|solicitor|procurator", ("other", "JUD")),
    (r"^(federal )?attorney[- ]general$", ("minister", "GOV")),
    (r"intelligence|secret service|security service|state security|\bcia\b|\bmi[56]\b", ("other", "SPY")),
    (r"police|gendarme|carabinieri", ("other", "COP")),
    (r"chief of (the )?(general|defen|army|air|naval|navy|staff of the|joint|armed)|chiefs of staff|commander|army staff", ("other", "MIL")),
    (r"vice.?president", ("vice_president", "GOV")),
    (r"(deputy|vice|assistant).*(minister|premier|secretary|chancellor)", ("minister", "GOV")),
    (r"^(minister|secretary|state secretary)( of state)?( for| of)?.*(foreign|external) (and \w+ )?(affairs|relations)|foreign (minister|secretary)",
     ("foreign_minister", "GOV")),
    (r"^(minister|secretary)( of state)?( for| of)? (national )?defen[cs]e|defen[cs]e (minister|secretary)", ("defence_minister", "GOV")),
    (r"prime min|^premier|^(federal )?chancellor$|taoiseach|head of government", ("head_of_government", "GOV")),
    (r"^(acting |interim |transitional )?(state )?pres(ident|\.)( of (the )?[A-Z]|$)|^(king|queen|sultan|emir|amir|emperor|monarch)|yang di", ("head_of_state", "GOV")),
    (r"minister|^min\.|secretary|treasurer|vice.premier", ("minister", "GOV")),
    (r"central bank|national bank|reserve bank|national security|head of|chief of staff|spokes|chairman|director|supreme leader|commission", ("other", "GOV")),
)


def classify(title: str) -> tuple[str, str] | None:
    """Office key and sector of a title, or None where the title is not kept."""
    for pattern, found in OFFICES:
        if re.search(pattern, title, re.I):
            return found
    return None


def office_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    """All terms of all sources, best dated first."""
    yield from holder_terms(codes)
    yield from leader_terms(codes)
    yield from foreign_minister_terms(codes)
    yield from factbook_terms()
    yield from seen_terms()


def holder_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    names = {"south korea": "KOR", "congo kinshasa": "COD", "uk": "GBR", "usa": "USA", "us": "USA"}
    for row in read_json_lines("office-holders-2001-2022.jsonl.gz"):
        code = names.get(key(row["area"])) or codes.get(key(row["area"]), ("", ""))[0]
        found = classify(row["position"])
        if code and found and (row["end"] or "9999") >= FIRST_YEAR and row["start"]:
            office, sector = found
            yield Term(row["person"], code, sector, office, row["position"], row["start"], row["end"] or open_end(row["start"], "2022-12"),
                       row["wikidata"] or "", "Wikidata")


def open_end(start: str, seen: str) -> str:
    """An open term of an old date is more likely one whose end was never entered."""
    return f"{max(seen if int(start[:4]) >= int(seen[:4]) - 5 else str(int(start[:4]) + 4), start[:7])}~"


def leader_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    for row in read_json_lines("world-leaders-2017-2022.jsonl"):
        code, breakaway = codes.get(key(re.sub(r"^(The|Kingdom of( the)?) ", "", row["country"])), ("", ""))
        found = classify(row["positionLabel"])
        crown = key(row["officeholderLabel"]) in {"charles iii", "elizabeth ii"} and code != "GBR"
        if code and found and row["start_year"] and not crown and not re.fullmatch(r"Q\d+", row["officeholderLabel"]):
            yield Term(re.sub(r" of [A-Z]\w+( \w+)?$", "", row["officeholderLabel"]), code, breakaway or found[1], found[0], row["positionLabel"],
                       row["start_year"], row["end_year"] or "2022-12~", row["officeholder"], "Wikidata")


def foreign_minister_terms(codes: dict[str, tuple[str, str]]) -> Iterator[Term]:
    for row in read_json_lines("foreign-ministers-2023-01.jsonl"):
        code, breakaway = codes.get(key(row["country"]), ("", ""))
        if code and row["person"] and not re.fullmatch(r"Q\d+", row["person"]):
            start = row.get("start") or "2022-06~"
            yield Term(row["person"], code, breakaway or "GOV", "foreign_minister", "Minister of Foreign Affairs", start, "2023-01~",
                       row.get("wikidata") or "", "Wikidata")


TITLE_WORDS = set(
    "president prime minister vice first second third deputy acting interim caretaker transitional king queen emir amir sultan chairperson chairman chair "
    "governor general governor-general premier chancellor supreme leader grand duke prince secretary of state captain regent chief executive emperor "
    "federal taoiseach union executive and presidency presidential council government the national salvation pope co-prince state captains".split()
)
HONORIFICS = re.compile(r"^(Sir|Dame|Dr\.?|Gen\.?|General|Lt\.?|Col\.?|Capt\.?|Maj\.?|Brig\.?|Archbishop|Sheikh|Cardinal|Hon\.?|Mr\.?|Ms\.?|Air|Marshal|"
                        r"Admiral|Adm\.?|\(Ret\.\)|Field|Mrs\.?|Prof\.?|Professor|Engineer|Eng\.?|Ing\.?|The|Right|Rt\.|Crown|Prince|HRH|Princess|Chief) ")


def factbook_terms() -> Iterator[Term]:
    """Chiefs of state and heads of government out of the monthly snapshots, debris left out."""
    codes = gec_codes()
    independent = {row["ISO3166-1-Alpha-3"] for row in read_csv(ACTORS / "country-codes-PDDL.csv") if row["is_independent"] == "Yes"} | {"TWN", "XKX"}
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
    while HONORIFICS.match(name):
        name = HONORIFICS.sub("", name)
    name = re.sub(r'"[^"]*" |\([^)]*\)', "", name).strip(" ,.;")
    words = [tidy_word(word) for word in name.split()]
    sound = 2 <= len(words) <= 6 and all(re.fullmatch(r"[^\W\d_][\w.'’\-]*", word) for word in words) and words[0][:1].isupper()
    small = {word for word in words if word.islower()} - {"de", "da", "dos", "del", "la", "al", "bin", "bint", "ibn", "van", "von", "der", "den", "el", "y", "e", "ben", "zu", "du", "di", "ter", "al-"}
    return " ".join(words) if sound and not {word for word in small if "-" not in word and "'" not in word} else None


def tidy_word(word: str) -> str:
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
        if name and code and found and not re.search(r"^Dep\b|Assistant|charg", row["office"], re.I):
            yield Term(name, code, found[1], found[0], row["office"], "2019-06~", "2019-06~", "", "CIA World Leaders")


def merged(terms: Iterable[Term]) -> list[Term]:
    """One term for each stretch that a person spent in offices of one sort; what the hand-kept table codes is left out."""
    known = {(row["code"], key(name)) for row in read_csv(DATA / "offices-hand.csv") for name in [row["name"], *row["aliases"].split("|")]}
    people: dict[tuple[str, str, str], list[Term]] = defaultdict(list)
    names = canonical_names(terms := list(terms))
    for term in terms:
        name = names[term.code, key(term.name)]
        if (term.code, key(term.name)) not in known and (term.code, key(name)) not in known:
            people[term.code, key(name), term.office].append(replace(term, name=name, aliases=(term.name,)))
    joined = [term for group in people.values() for term in join_terms(sorted(group, key=lambda term: term.start))]
    return drop_covered(joined)


def canonical_names(terms: Sequence[Term]) -> dict[tuple[str, str], str]:
    """For each spelling the first spelling of the same person: one state, alike, and the same words but for middle names."""
    firsts: dict[tuple[str, str], list[str]] = defaultdict(list)
    names: dict[tuple[str, str], str] = {}
    for term in terms:
        words = key(term.name).split()
        if (term.code, " ".join(words)) in names:
            continue
        same = next((name for name in firsts[term.code, words[0][:2]] if same_person(key(name).split(), words)), term.name)
        names[term.code, " ".join(words)] = same
        if same == term.name:
            firsts[term.code, words[0][:2]].append(term.name)
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
            joined[-1] = replace(last, end=later(last.end, term.end), wikidata=last.wikidata or term.wikidata, title=last.title or term.title,
                                 start=min(last.start, term.start, key=lambda date: (date[:4], date.endswith("~"))), aliases=last.aliases + term.aliases)
        else:
            joined.append(term)
    return joined


def later(one: str, other: str) -> str:
    """The later end; an end that was only seen gives way to a certain one of the same year or later."""
    if not one or not other:
        return ""
    return max(one, other, key=lambda date: (date[:4], not date.endswith("~"), date))


def drop_covered(terms: Sequence[Term]) -> list[Term]:
    """Leave out what was only seen once where the person is known in another office of that time."""
    dated = {(term.code, key(term.name)) for term in terms if not term.start.endswith("~")}
    return [term for term in terms if not term.start.endswith("~") or (term.code, key(term.name)) not in dated]


# ---- organisations and agents: the CAMEO dictionaries ----------------------------------------------------------------

Entry = tuple[list[str], str]  # names, code


def dictionary(name: str) -> list[Entry]:
    """Entries of a CAMEO dictionary that have one undated code: the names as written there, upper case."""
    with tarfile.open(ACTORS / "petrarch2-actors.tar.gz") as archive:
        file = archive.extractfile(name)
        lines = (file.read().decode("utf-8", "replace") if file else "").split("\n")
    entries: list[tuple[list[str], list[str]]] = []
    for line in lines:
        line = line.split("#")[0].strip()
        names, codes = re.sub(r"\[.*?\]|\{.*?\}", "", line).strip(), re.findall(r"\[(.*?)\]", line)
        if line and not line.startswith("+") and names:
            entries.append(([names], codes))
        elif entries and line:
            entries[-1][0].extend([names.lstrip("+")] if names else [])
            entries[-1][1].extend(codes)
    return [(names, codes[0].strip()) for names, codes in entries if len(codes) == 1 and " " not in codes[0].strip()]


SMALL = {"OF", "THE", "AND", "FOR", "IN", "ON", "TO", "DE", "DES", "DU", "LA", "LES", "DEL", "DI", "OR", "SUR", "ET", "Y", "E", "POUR", "WITH", "AGAINST", "AT", "BY"}


def title_case(name: str) -> tuple[str, str]:
    """`MAOIST_RED_ARMY_(MRA)_` -> `Maoist Red Army`, `MRA`."""
    name = re.sub(r"[_\s]+", " ", name).strip()
    acronym = re.search(r"\(([A-Z\-]{3,8})\)", name)
    words = re.sub(r"\(.*?\)", "", name).replace('"', "").split()
    cased = [word.lower() if index and word in SMALL else "-".join(capital(part, part_index > 0) for part_index, part in enumerate(word.split("-")))
             for index, word in enumerate(words)]
    return " ".join(cased), acronym[1] if acronym else ""


def capital(word: str, inner: bool) -> str:
    return word.lower() if inner and word in SMALL | {"AL", "EL", "UL"} else word[:1] + word[1:].lower()


def organisation_rows() -> Iterator[Strings]:
    """Armed groups and international bodies with unmistakable names: two words or more, one state or none."""
    known = hand_names("organisations-hand.csv") | hand_names("countries-hand.csv") | hand_names("offices-hand.csv")
    states = {row["ISO3166-1-Alpha-3"] for row in read_csv(ACTORS / "country-codes-PDDL.csv")} | {"XKX"}
    for file, coded, least in (("Phoenix.MilNonState.actors.txt", group_code, 3), ("Phoenix.International.actors.txt", body_code, 3)):
        for names, code in dictionary(file):
            found = coded(code, states)
            cased = [title_case(name) for name in names]
            spelled = [name for name, _ in cased if sound_name(name, least)]
            if not found or not spelled or sound_name(cased[0][0], least) is False or any(key(name) in known for name in spelled):
                continue
            known.update(map(key, spelled))
            acronyms = [acronym for _, acronym in cased[:1] if acronym and key(acronym) not in known and len(acronym) >= 4]
            known.update(map(key, acronyms))
            yield (spelled[0], "|".join(dict.fromkeys(spelled[1:] + acronyms)), found[0], found[1], found[2], "", "", "PETRARCH2")


def sound_name(name: str, least: int) -> bool:
    """Whether a name is long enough and proper enough to be met by no other words."""
    words = name.split()
    return least <= len(words) <= 9 and len(name) >= 10 and re.fullmatch(r"[A-Za-z'’\- ]+", name) is not None and name[:1].isupper()


def group_code(code: str, states: set[str]) -> tuple[str, str, str] | None:
    if re.fullmatch(r"[A-Z]{3}REB", code) and code[:3] in states:
        return code[:3], "REB", "group"
    return ("IMG", "REB", "group") if code in {"INTREB"} else None


def body_code(code: str, states: set[str]) -> tuple[str, str, str] | None:
    if code.startswith("NGO"):
        return ("NGO", "SOC", "organisation") if "MED" not in code and code[3:6] not in states else None
    return None


def agent_rows() -> Iterator[Strings]:
    """Agent nouns of the CAMEO agents dictionary, their first sector in PLOVER's terms."""
    known = hand_names("agents-hand.csv")
    sectors = {"MED": "JRN", "HLH": "MED", "DEV": "SOC", "NGO": "SOC", "HRI": "SOC", "ENV": "SOC", "PPL": "CVL", "CHR": "REL", "MUS": "REL", "HIN": "REL", "JEW": "REL", "BUD": "REL"}
    keep = set("GOV MIL REB CRM OPP BUS CVL JUD COP MED LEG HLH EDU UAF SPY AGR REL MUS LAB REF PTY CHR HIN JEW BUD NGO HRI ELI ENV DEV".split())
    for names, code in dictionary("Phoenix.agents.txt"):
        for name in names:
            lemma = re.sub(r"[_\s]+", " ", re.sub(r"!PERSON!", "person", name)).strip().lower()
            lemma = re.sub(r"minist$", "minister", lemma)
            sector = code.strip("~")[:3]
            if re.fullmatch(r"[a-z][a-z' \-]{3,40}", lemma) and sector in keep and code.startswith("~") and key(lemma) not in known:
                known.add(key(lemma))
                office = "minister" if lemma.endswith(" minister") else ""
                yield lemma, sectors.get(sector, sector), office, "PETRARCH2"


if __name__ == "__main__":
    main()
