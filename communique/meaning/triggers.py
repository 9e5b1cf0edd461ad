"""Triggers: which of the words that the head proposes are acts.

Contract: in - a parsed sentence with its candidates and a threshold; out - the triggers to code, in the order of the text, each with
the rule that chose it. What someone is accused of, or denies, is an act by the codebook: the charge vouches for what the head doubts.
"""

from __future__ import annotations

from dataclasses import replace

from communique.meaning import phrases
from communique.records import Tokens, Trigger

CHARGING = frozenset("accuse suspect blame charge deny".split())
COMPLEMENTS = frozenset(("advcl", "ccomp", "xcomp", "csubj", "obl", "acl"))


def choose_triggers(tokens: Tokens, threshold: float) -> list[tuple[Trigger, str]]:
    """Candidates that score at least the threshold, alone or together with the charge they are the content of."""
    charged = {trigger.word: charge for trigger in tokens.triggers if (charge := _charge_of(tokens, trigger))}
    denials = {charge.word for charge in charged.values() if tokens.lemmas[charge.word] == "deny" and charge.score >= threshold}
    chosen = []
    for trigger in tokens.triggers:
        charge = charged.get(trigger.word)
        if charge and charge.word in denials:
            chosen.append((replace(trigger, score=max(trigger.score, charge.score)), "what_is_denied"))
        elif trigger.word not in denials and trigger.score >= threshold:
            chosen.append((trigger, "trigger_head"))
        elif charge and (trigger.score + charge.score) / 2 >= threshold:
            chosen.append((replace(trigger, score=(trigger.score + charge.score) / 2), "what_is_charged"))
    return chosen


def _charge_of(tokens: Tokens, trigger: Trigger) -> Trigger | None:
    """The accusation or denial that a candidate is the content of (`accused of arming`, `denied attacking`)."""
    head = tokens.heads[trigger.word]
    if head < 0 or tokens.lemmas[head] not in CHARGING or phrases.base(tokens.deprels[trigger.word]) not in COMPLEMENTS:
        return None
    return next((other for other in tokens.triggers if other.word == head), None)
