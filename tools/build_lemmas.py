"""Build `lemmas.csv`: the inflected words of the training treebanks with their lemmas, for verbs, nouns, adjectives and adverbs.

usage: python tools/build_lemmas.py

Only words whose lemma the rules of `communique.encoder.lemmas` do not give by themselves are kept, and the lemmas seen there and in
`triggers.csv`, which the rules choose from (`form` empty).
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from communique.encoder.lemmas import Lemmas
from communique.tables.load import DATA
from training.corpora import DATA as CORPORA
from training.corpora import lines_of

POS = ("VERB", "NOUN", "ADJ", "ADV", "AUX")
IRREGULAR = """
    arise arose arisen, bear bore borne, bleed bled, breed bred, cling clung, deal dealt, dig dug, fling flung, flee fled, forbid forbade
    forbidden, foresee foresaw foreseen, forgive forgave forgiven, forsake forsook forsaken, free freed, freeze froze frozen, grind ground,
    kneel knelt, lend lent, mislead misled, outdo outdid outdone, overcome overcame, override overrode overridden, overrun overran, overtake
    overtook overtaken, overthrow overthrew overthrown, overhear overheard, rebuild rebuilt, repay repaid, retake retook retaken, rewrite
    rewrote rewritten, shake shook shaken, shrink shrank shrunk, sing sang sung, slay slew slain, sling slung, speed sped, spin spun, sting
    stung, strive strove striven, swear swore sworn, sweep swept, swing swung, tear tore torn, undergo underwent undergone, undermine
    undermined, undertake undertook undertaken, undo undid undone, uphold upheld, weave wove woven, withdraw withdrew withdrawn, withhold
    withheld, withstand withstood, traffic trafficked trafficking, panic panicked panicking
"""
# Irregular forms that treebanks this small do not show, or show wrong.
MENDED = {(form, "VERB"): one.split()[0] for one in IRREGULAR.split(",") for form in one.split()[1:]}
NOISE = frozenset({("fre", "VERB"), ("bre", "VERB"), ("flead", "VERB")})
SOURCES = (("ewt-train", "UD_English-EWT"), ("gum-free-train", "UD_English-GUM"))


def main() -> None:
    """Write the table."""
    seen: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    source: dict[tuple[str, str], str] = {}
    for name, origin in SOURCES:
        for line in lines_of(CORPORA / f"syntax/{name}.conllu.gz"):
            cells = line.split("\t")
            if (
                len(cells) > 3
                and cells[0].isdigit()
                and cells[3] in POS
                and cells[1].isalpha()
                and cells[2].isalpha()
                and "Typo=Yes" not in cells[5]
            ):
                key = cells[1].lower(), cells[3]
                seen[key][cells[2].lower()] += 1
                source.setdefault(key, origin)
    best = {key: min(counts, key=lambda lemma: (-counts[lemma], lemma)) for key, counts in seen.items()} | MENDED
    lemmas = {(lemma, pos): source.get((form, pos), "communique") for (form, pos), lemma in sorted(best.items(), reverse=True)}
    lemmas = {key: origin for key, origin in lemmas.items() if key not in NOISE}
    with (DATA / "triggers.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lemmas.setdefault((row["lemma"], row["pos"]), row["source"])
    rows = [("", pos, lemma, origin) for (lemma, pos), origin in lemmas.items() if pos in ("VERB", "NOUN")]
    rules = Lemmas({}, frozenset((lemma, pos) for _, pos, lemma, _ in rows))
    rows += [
        (form, pos, lemma, source.get((form, pos), "communique")) for (form, pos), lemma in best.items() if rules.of(form, pos) != lemma
    ]
    with (DATA / "lemmas.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("form", "pos", "lemma", "source"))
        writer.writerows(sorted(rows))
    print(f"{len(rows)} rows")


if __name__ == "__main__":
    main()
