"""Labels: the label lists of every head, fixed in order, and how they are read off the training data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

TYPES = (
    "NONE AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE ASSAULT"
).split()
MODALITIES = "actual future hypothetical negated historical".split()
STANCES = "states alleges denies confirms".split()
# Roles of words for an act; the last two are names of states (or bodies) that the actors and the recipients belong to.
ROLES = "actor recipient place time speaker actor_state recipient_state".split()
# Yes or no of an act: some speaker vouches for it, nobody knows who did it, nobody is its recipient.
FLAGS = "attributed actor_unknown recipient_none".split()
ENTITIES = "O B-PER I-PER B-LOC I-LOC B-ORG I-ORG".split()
SECTORS = "NONE GOV MIL COP JUD LEG SPY PTY OPP REB PRM UAF CRM CVL BUS JRN EDU MED REF REL LAB AGR ELI SOC PRE".split()
CONTEXTS = (
    "military intelligence executive legislative election political_institutions pro_democracy pro_autocracy economic legal reparations "
    "human_rights rights_freedoms repression human_security gender lgbt religion_ethnicity inequality diplomatic territory peacekeeping "
    "health asylum migration disasters natural_resource environment technology terrorism cbrn cyber misinformation crime corruption "
    "illegal_drugs trafficking"
).split()
MODES_OF = {
    "CONSULT": "visit third-party multilateral phone",
    "RETREAT": "withdraw release disarm ceasefire access resign",
    "REQUEST": "assist change yield meet",
    "ACCUSE": "disapprove investigate allege",
    "REJECT": "assist change yield meet",
    "THREATEN": "restrict arrest relations expel territory violence",
    "PROTEST": "demo riot strike hunger boycott obstruct vandalize",
    "SANCTION": "convict expel withdraw discontinue",
    "MOBILIZE": "troops weapons police militia",
    "COERCE": "seize restrict censor curfew martial-law arrest deport withhold misinformation cyber",
    "ASSAULT": "abduct beat torture sexual targeted destroy primitive firearms explosives suicide-attack aerial drone heavy-weapons "
    "crowd-control unconventional",
}
MODES = ["NONE", *(f"{kind}:{mode}" for kind, modes in MODES_OF.items() for mode in modes.split())]
ARGUMENTS = (
    "ARG0 ARG1 ARG2 ARG3 ARG4 ARGM-TMP ARGM-LOC ARGM-MNR ARGM-ADV ARGM-MOD ARGM-NEG ARGM-DIS ARGM-PRP ARGM-CAU ARGM-DIR ARGM-ADJ ARGM-EXT "
    "ARGM-PRD ARGM-GOL ARGM-COM"
).split()


def lemma_script(word: str, lemma: str) -> str:
    """How to make the lemma from the lower-case word: `2+y` takes two characters off and adds `y`; `=word` replaces it whole."""
    word, lemma = word.lower(), lemma.lower()
    same = 0
    while same < min(len(word), len(lemma)) and word[same] == lemma[same]:
        same += 1
    if same == 0 and word:
        return "=" + lemma
    return f"{len(word) - same}+{lemma[same:]}"


def common(values: Iterable[str], at_least: int) -> list[str]:
    """The values that occur often enough, the most common first, ties in order of the alphabet."""
    counted = Counter(values)
    return sorted((v for v, n in counted.items() if n >= at_least), key=lambda v: (-counted[v], v))
