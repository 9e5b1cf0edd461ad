"""Triggers: which of the words that the head proposes are acts, of which type, and how surely.

Contract: in - a parsed sentence with its candidates, the trigger table and a threshold; out - the triggers to code, in the order of the
text, each with the rule that chose it and the table row that spoke for it. The score is the probability that the type is right: that of
the head, weighed with how often the table's row was right on the annotated corpus, and calibrated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import exp

from communique.meaning import phrases
from communique.meaning.frames import Frame, Frames
from communique.meaning.odds import logit, sigmoid
from communique.records import Tokens, Trigger

SCALE, SHIFT = 0.55, -0.25  # of the head's logit, so that scores are shares of right ones; fitted on dev by evaluation/calibration.py
FRAME_WEIGHT = 0.16  # what the logit of a row's precision counts for the score where head and row agree
CHOICE_WEIGHT = 1.0  # and for the choice of the type where they do not
CHARGING = frozenset("accuse suspect blame charge deny".split())
COMPLEMENTS = frozenset(("advcl", "ccomp", "xcomp", "csubj", "obl", "acl"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """A trigger to code, the rule that chose it, and the table row that spoke for it or ""."""

    trigger: Trigger
    rule: str
    table: str


def choose_triggers(tokens: Tokens, frames: Frames, threshold: float) -> list[Chosen]:
    """Candidates that score at least the threshold, alone or together with the charge they are the content of."""
    candidates = [weigh(tokens, frames, trigger) for trigger in tokens.triggers]
    by_word = {candidate.trigger.word: candidate.trigger for candidate in candidates}
    charged = {word: charge for word in by_word if (charge := by_word.get(_charge_of(tokens, word)))}
    denials = {charge.word for charge in charged.values() if tokens.lemmas[charge.word] == "deny" and charge.score >= threshold}
    chosen = []
    for candidate in candidates:
        trigger = candidate.trigger
        charge = charged.get(trigger.word)
        if charge and charge.word in denials:
            chosen.append(replace(candidate, trigger=replace(trigger, score=max(trigger.score, charge.score)), rule="what_is_denied"))
        elif trigger.word not in denials and trigger.score >= threshold:
            chosen.append(candidate)
        elif charge and (both := (trigger.score + charge.score) / 2) >= threshold:
            chosen.append(replace(candidate, trigger=replace(trigger, score=both), rule="what_is_charged"))
    return chosen


def weigh(tokens: Tokens, frames: Frames, trigger: Trigger) -> Chosen:
    """A candidate with its calibrated score; where the row of the table and the head disagree, the likelier type by both counts."""
    frame = frames.find(tokens, trigger.word)
    own = trigger.types[trigger.type]
    if frame is None:
        return Chosen(replace(trigger, score=_score(own)), "trigger_head", "")
    if frame.type == trigger.type:
        return Chosen(replace(trigger, score=_score(own, frame), mode=trigger.mode or frame.mode), "head_and_frame", frame.table)
    both = own + trigger.types[frame.type]
    other = trigger.types[frame.type] * exp(CHOICE_WEIGHT * logit(frame.precision))
    share = other / (other + own)
    if share <= 1 / 2:
        return Chosen(replace(trigger, score=_score(own)), "head_over_frame", "")
    return Chosen(replace(trigger, type=frame.type, mode=frame.mode, score=_score(both * share)), "frame_over_head", frame.table)


def _score(probability: float, frame: Frame | None = None) -> float:
    return sigmoid(SCALE * logit(probability) + SHIFT + (FRAME_WEIGHT * logit(frame.precision) if frame else 0.0))


def _charge_of(tokens: Tokens, word: int) -> int:
    """The accusation or denial that a word is the content of (`accused of arming`, `denied attacking`), or -1."""
    head = tokens.heads[word]
    charges = head >= 0 and tokens.lemmas[head] in CHARGING and phrases.base(tokens.deprels[word]) in COMPLEMENTS
    return head if charges else -1
