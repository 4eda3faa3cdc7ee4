"""The page of an ``owners`` run: every chain drawn, the worst first, with the law that each verdict rests on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from holdfast.app.ownership.panel import panel_data
from holdfast.model.finding import Verdict

if TYPE_CHECKING:
    from pathlib import Path

    from holdfast.app.ownership.register import Register
    from holdfast.ownership.evaluation import Evaluation
    from holdfast.ownership.pack import RulePack
    from holdfast.ownership.ruling import Ruling

DRAWN = 200
"""Chains drawn of each answer; the rest are counted."""


class OwnersPage:
    """Gathers what is to be drawn while rulings pass."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._drawings: dict[Verdict, list[dict[str, Any]]] = {
            answer: [] for answer in (Verdict.YES, Verdict.REVIEW, Verdict.NO)
        }
        self._found = Counter[str]()
        self._asked = 0
        self._packs: dict[str, RulePack] = {}

    def add(self, ruling: Ruling, evaluation: Evaluation, was: Ruling | None) -> None:
        """Note a ruling; one without any tie to a listed party is only counted."""
        self._asked += 1
        self._packs.setdefault(ruling.pack.name, ruling.pack)
        if ruling.answer is Verdict.NO and not ruling.because and not ruling.flags and was is None:
            return
        self._found[ruling.answer.value] += 1
        drawings = self._drawings[ruling.answer]
        if len(drawings) < DRAWN:
            drawings.append({**panel_data(ruling, evaluation), "was": was.word if was else ""})

    def write(self, path: Path) -> None:
        """Write the page."""
        from holdfast.reports.ownership_page import render

        drawings = [drawing for answer in self._drawings.values() for drawing in answer]
        packs = [
            {
                "title": pack.title,
                "effect": pack.effect,
                "source": pack.source,
                "grade": pack.grade,
                "checked": pack.checked,
            }
            for pack in self._packs.values()
        ]
        page = {
            "drawings": drawings,
            "counts": {answer.value: self._found[answer.value] for answer in self._drawings},
            "drawn": DRAWN,
            "left_out": self._found.total() - len(drawings),
            "asked": self._asked,
            "packs": packs,
            "edition": self._register.edition,
            "problems": [str(problem) for status in self._register.statuses for problem in status.problems],
        }
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(render(page), encoding="utf-8")
