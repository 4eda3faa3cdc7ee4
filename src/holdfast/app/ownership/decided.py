"""Which verdicts rest on a person's decision that a party of the register is, or is not, the listed one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from holdfast.app.ownership.kin import Kin
from holdfast.model.finding import Verdict

if TYPE_CHECKING:
    from holdfast.app.ownership.links import Link
    from holdfast.app.ownership.register import Register
    from holdfast.ownership.ruling import Ruling

_TOLD = 3
"""Decisions that one sentence tells; the rest are counted."""


class Decided:
    """The decisions on parties of a register, by the entities whose verdicts they bear on."""

    def __init__(self, register: Register) -> None:
        self._confirmed: dict[str, list[Link]] = defaultdict(list)
        self._cleared: dict[str, list[Link]] = defaultdict(list)
        """By every entity that the party holds or directs, directly or not, and by the party itself."""
        for link in register.links:
            if link.confirmed:
                self._confirmed[link.holder].append(link)
        if register.cleared:
            kin = Kin(register.graph, register.facts)
            for link in register.cleared:
                for name in kin.below([link.holder]):
                    self._cleared[name].append(link)

    def on(self, ruling: Ruling) -> list[str]:
        """What the ruling rests on, a sentence each: who counts as listed by decision, and who might if it were not for one."""
        heads = dict.fromkeys(reason.chain[0] for reason in ruling.because)
        links = [link for head in heads for link in self._confirmed.get(head, ())]
        if ruling.answer is not Verdict.YES:
            links += self._cleared.get(ruling.entity, ())
        return [link.why for link in links]

    def say(self, ruling: Ruling) -> Ruling:
        """The ruling, saying what it rests on."""
        told = self.on(ruling)
        if not told:
            return ruling
        more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
        return replace(ruling, says=f"{ruling.says} Rests on a decision: {'; '.join(told[:_TOLD])}{more}.")
