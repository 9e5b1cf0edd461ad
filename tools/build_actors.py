"""Build the generated tables of states, organisations and agent nouns from public data.

Contract: in - the folder `$COMMUNIQUE_DATA` (default ../shared/data) and the hand-kept tables `*-hand.csv`; out - the files
`countries.csv`, `organisations.csv` and `agents.csv` under communique/tables/data, sorted, so that running it again leaves no
difference. A name that a hand-kept table already codes is left out of the generated one.

    python -m tools.build_actors
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import os
import re
import tarfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from anyascii import anyascii

from communique.tables.load import DATA

SOURCE = Path(os.environ.get("COMMUNIQUE_DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))
ACTORS = SOURCE / "actors"
Strings = Sequence[str]


def main() -> None:
    """Write the generated tables."""
    write_table("countries.csv", ("name", "code", "sector", "kind", "source"), country_rows())
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
    """Records of a file of actors, HTML entities resolved."""
    path = ACTORS / name
    with gzip.open(path, "rt", encoding="utf-8") if name.endswith(".gz") else path.open(encoding="utf-8") as file:
        for line in file:
            yield {column: html.unescape(value) if isinstance(value, str) else value for column, value in json.loads(line).items()}


def read_csv(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV file by column."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def hand_names(table: str) -> set[str]:
    """Keys of all names and aliases of a hand-kept table."""
    rows = read_csv(DATA / table)
    return {key(name) for row in rows for name in [row.get("name") or row["lemma"], *row.get("aliases", "").split("|")] if name}


# ---- countries -------------------------------------------------------------------------------------------------------

# Capitals that are more often a person, another town or a word, and those of a name with the state itself.
NO_METONYM = {
    "Victoria",
    "Hamilton",
    "Stanley",
    "Georgetown",
    "George Town",
    "Kingston",
    "Douglas",
    "Plymouth",
    "The Valley",
    "Male",
    "Malé",
    "Roseau",
    "Road Town",
    "Praia",
    "Sucre",
    "West Island",
    "Capital",
    "Alofi",
    "Funafuti",
}


def country_rows() -> Iterator[Strings]:
    """Names, demonyms and capitals of states, in so far as the hand-kept table has not coded them."""
    known = hand_names("countries-hand.csv")
    demonyms: dict[str, set[str]] = defaultdict(set)
    rows: dict[str, tuple[str, str, str, str, str]] = {}
    for kind, found in (("country", country_names), ("demonym", country_demonyms), ("capital", country_capitals)):
        for name, code, source in found():
            name = re.sub(r"^the ", "", re.sub(r"\s+", " ", name).strip(" *,;"), flags=re.IGNORECASE)
            if len(name) > 2 and key(name) not in known and name not in NO_METONYM:
                demonyms[key(name)].add(code)
                people = kind == "demonym" and name.endswith("s") and key(name[:-1]) + code in rows  # `Iranians`
                rows.setdefault(key(name) + code, (name, code, "GOV" if kind == "capital" else "CVL" if people else "", kind, source))
    return (row for row in rows.values() if row[3] == "country" or len(demonyms[key(row[0])]) == 1)


def country_names() -> Iterator[Strings]:
    """Short and formal names."""
    for row in read_csv(ACTORS / "country-codes-PDDL.csv"):
        for column in ("CLDR display name", "UNTERM English Short", "UNTERM English Formal", "official_name_en"):
            yield re.sub(r"\(.*?\)", "", row[column]).replace("’", "'"), row["ISO3166-1-Alpha-3"], "ISO 3166"
    for entry, code in factbook_countries():
        for form in ("conventional long form", "conventional short form"):
            name = re.sub(r"[;(].*", "", str(entry["names"].get(form) or ""))
            if name.lower() not in {"", "none"} and "," not in name:
                yield name, code, "CIA World Factbook"


def country_demonyms() -> Iterator[Strings]:
    """Adjectives, and nouns in the singular and plural, singulars first."""
    for entry, code in factbook_countries():
        text = re.sub(r"note.*", "", f"{entry['noun']}; {entry['adjective']}")
        for form in re.split(r"[;,]| or ", re.sub(r"\((?!s\)|men\)|women\)).*?\)", "", text)):
            form = form.strip()
            if form[:1].isupper() and form != "NA" and len(form) > 3:
                yield re.sub(r"\(\w+\)", "", form), code, "CIA World Factbook"
                if form.endswith("(s)"):
                    yield form.replace("(s)", "s"), code, "CIA World Factbook"


def country_capitals() -> Iterator[Strings]:
    """Capitals of independent states only: a territory's seldom stands for its government."""
    for row in read_csv(ACTORS / "country-codes-PDDL.csv"):
        if row["is_independent"] == "Yes" and row["Capital"]:
            yield row["Capital"], row["ISO3166-1-Alpha-3"], "ISO 3166"
    independent = independent_states()
    for entry, code in factbook_countries():
        capital = re.split(r"[(;,]", str(entry["capital"]))[0].split(" in ")[0].strip()
        if code in independent and capital[:1].isupper() and len(capital) > 3:
            yield capital, code, "CIA World Factbook"


def factbook_countries() -> Iterator[tuple[dict[str, dict[str, str]], str]]:
    """Entries of the Factbook that have an ISO code, and the code."""
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


def state_codes() -> dict[str, tuple[str, str]]:
    """Code and sector by key of a state's name; breakaway territories have sector PRE."""
    rows = [row for file in ("countries.csv", "countries-hand.csv") for row in read_csv(DATA / file) if row["kind"] == "country"]
    return {key(row["name"]): (row["code"], row["sector"]) for row in rows}


def independent_states() -> set[str]:
    """Codes of states that are no territory of another."""
    return {row["ISO3166-1-Alpha-3"] for row in read_csv(ACTORS / "country-codes-PDDL.csv") if row["is_independent"] == "Yes"}


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


SMALL = set("OF THE AND FOR IN ON TO DE DES DU LA LES DEL DI OR SUR ET Y E POUR WITH AGAINST AT BY".split())


def title_case(name: str) -> tuple[str, str]:
    """`MAOIST_RED_ARMY_(MRA)_` -> `Maoist Red Army`, `MRA`."""
    name = re.sub(r"[_\s]+", " ", name).strip()
    acronym = re.search(r"\(([A-Z\-]{3,8})\)", name)
    words = re.sub(r"\(.*?\)", "", name).replace('"', "").split()
    cased = [word.lower() if index and word in SMALL else capital(word) for index, word in enumerate(words)]
    return " ".join(cased), acronym[1] if acronym else ""


def capital(word: str) -> str:
    """`AL-SHAMAL` -> `Al-Shamal`, `JAISH-UL-ADL` -> `Jaish-ul-Adl`."""
    first, *others = word.split("-")
    return "-".join([first.capitalize(), *(part.lower() if part in SMALL | {"AL", "EL", "UL"} else part.capitalize() for part in others)])


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
    """Code, sector and kind of an armed group, from its CAMEO code."""
    if re.fullmatch(r"[A-Z]{3}REB", code) and code[:3] in states:
        return code[:3], "REB", "group"
    return ("IMG", "REB", "group") if code == "INTREB" else None


def body_code(code: str, states: set[str]) -> tuple[str, str, str] | None:
    """Code, sector and kind of a non-governmental body, from its CAMEO code."""
    if code.startswith("NGO"):
        return ("NGO", "SOC", "organisation") if "MED" not in code and code[3:6] not in states else None
    return None


# First sector of CAMEO -> sector of PLOVER.
SECTORS = dict.fromkeys("GOV MIL REB CRM OPP BUS CVL JUD COP LEG EDU UAF SPY AGR REL LAB REF PTY ELI".split(), "") | {
    "MED": "JRN", "HLH": "MED", "DEV": "SOC", "NGO": "SOC", "HRI": "SOC", "ENV": "SOC",
    "CHR": "REL", "MUS": "REL", "HIN": "REL", "JEW": "REL", "BUD": "REL",
}  # fmt: skip


def agent_rows() -> Iterator[Strings]:
    """Agent nouns of the CAMEO agents dictionary, their first sector in PLOVER's terms."""
    known = hand_names("agents-hand.csv")
    for names, code in dictionary("Phoenix.agents.txt"):
        for name in names:
            lemma = re.sub(r"[_\s]+", " ", re.sub(r"!PERSON!", "person", name)).strip().lower()
            lemma = re.sub(r"minist$", "minister", lemma)
            sector = code.strip("~")[:3]
            if re.fullmatch(r"[a-z][a-z' \-]{3,40}", lemma) and sector in SECTORS and code.startswith("~") and key(lemma) not in known:
                known.add(key(lemma))
                office = "minister" if lemma.endswith(" minister") else ""
                yield lemma, SECTORS[sector] or sector, office, "PETRARCH2"


if __name__ == "__main__":
    main()
