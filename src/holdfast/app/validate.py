"""The model-validation run: control names, manipulated names and clean names against one edition under one policy.

What an examiner asks of a filter (NYDFS Part 504.3, Federal Reserve SR 11-7): every listed name is found, names written otherwise
are found at a known rate by category, clean names alert at a known rate, each at every threshold, before and after a
change. The same edition, policy and seed give the same cases and rates.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from holdfast import __version__
from holdfast.app.outcome import Outcome
from holdfast.app.screen import as_query, choose_policy
from holdfast.app.watchlist import open_watchlist
from holdfast.model.progress import Silent
from holdfast.model.status import Problems, RunStatus
from holdfast.records.parties import read_parties

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from holdfast.app.settings import Settings
    from holdfast.model.progress import Progress
    from holdfast.model.watchlist import Watchlist
    from holdfast.screen.policy import Policy
    from holdfast.screen.query import Query
    from holdfast.screen.validation.trial import Answer, Case, Rate

COLUMNS = (
    "category",
    "cases",
    "found",
    "hit_rate",
    "false_positive_rate",
    "threshold",
    "before_hit_rate",
    "says",
)
"""Of the table on a terminal."""
EXAMPLES = 5
"""Missed names that a row shows."""
STEPS = 21
"""Thresholds of a sweep, from :data:`LOWEST` to 1."""
LOWEST = 0.6


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """What is validated, and how."""

    policy: str = "default"
    """Name of a policy of the package, or path of a policy file."""
    edition: str | None = None
    lists: tuple[str, ...] = ()
    clean: tuple[str, ...] = ()
    """Files of parties that are known not to be listed; without any, names are made."""
    cases: int = 500
    """Most manipulated names a category."""
    clean_cases: int = 5000
    """Clean names that are made."""
    seed: int = 1
    sweep: bool = False
    """Rows for every threshold, not only the policy's."""
    before_policy: str | None = None
    """Compare with this policy."""
    before_edition: str | None = None
    """Compare with this edition."""
    page: Path | None = None
    """Where the report goes."""
    details: Path | None = None
    """Where every case goes, as JSON Lines."""


def validate(request: ValidateRequest, settings: Settings, progress: Progress | None = None) -> Outcome:
    """A row a category as in the contract; found when a control name is missed.

    With something to compare with, both sides answer the same cases, made from parties that both editions have.
    """
    run = _Run(request, settings, progress or Silent())
    return Outcome(run.rows(), lambda: run.missed, lambda: run.statuses)


class _Run:
    """One validation."""

    def __init__(self, request: ValidateRequest, settings: Settings, progress: Progress) -> None:
        self._request = request
        self._progress = progress
        self._watchlist = open_watchlist(settings, request.edition, request.lists or None)
        self._policy = choose_policy(request.policy)
        self._before: tuple[Watchlist, Policy] | None = None
        if request.before_edition or request.before_policy:
            edition = request.before_edition or request.edition
            self._before = (
                open_watchlist(settings, edition, request.lists or None),
                choose_policy(request.before_policy or request.policy),
            )
        self.missed = False
        self.statuses: list[RunStatus] = []

    def rows(self) -> Iterator[dict[str, object]]:
        cases = self._cases()
        answers = self._answer(self._watchlist, self._policy, cases)
        before = self._answer(*self._before, cases) if self._before else []
        rows = self._rates(answers, before, self._policy.threshold)
        control = next((row for row in rows if row["category"] == "control"), None)
        self.missed = control is not None and control["found"] != control["cases"]
        self._write(rows, answers, before)
        yield from rows
        if self._request.sweep:
            for threshold in _sweep(self._policy.threshold):
                if threshold != self._policy.threshold:
                    yield from self._rates(answers, before, threshold)

    def _cases(self) -> list[Case]:
        from holdfast.screen.validation.trial import make_cases

        self._progress.start("reading the watchlist")
        parties = list(self._watchlist.parties())
        if self._before:
            known = {party.id for party in self._before[0].parties()}
            parties = [party for party in parties if party.id in known]
        request = self._request
        clean = self._read_clean() if request.clean else request.clean_cases
        return list(make_cases(parties, request.seed, request.cases, clean))

    def _read_clean(self) -> Iterator[Query]:
        for path in self._request.clean:
            problems = Problems()
            counts = {"parties": 0}
            for record in read_parties(path, problems):
                counts["parties"] += 1
                yield as_query(record)
            self.statuses.append(RunStatus.of("records.parties", path, problems, counts))

    def _answer(self, watchlist: Watchlist, policy: Policy, cases: Sequence[Case]) -> list[Answer]:
        """Every case, under a policy that counts from the bottom of the sweep."""
        from holdfast.screen.screener import Screener
        from holdfast.screen.validation.trial import answer

        self._progress.start("laying out the watchlist")
        lowest = min(LOWEST, policy.threshold)
        screener = Screener.open(watchlist, replace(policy, threshold=lowest, shown=lowest))
        self._progress.start(f"screening {len(cases):,} cases", len(cases))
        found = []
        for case in cases:
            found.append(answer(screener, case))
            self._progress.advance()
        return found

    def _rates(
        self, answers: Sequence[Answer], before: Sequence[Answer], threshold: float
    ) -> list[dict[str, object]]:
        from holdfast.screen.validation.trial import rates

        earlier = {rate.category: rate for rate in rates(before, self._threshold_before(threshold))}
        return [
            {
                **_row(rate, answers),
                **_compare(rate, earlier, answers, before, self._threshold_before(threshold)),
            }
            for rate in rates(answers, threshold)
        ]

    def _threshold_before(self, threshold: float) -> float:
        """Two policies are compared at the threshold of each; a sweep asks both at the same."""
        return (
            self._before[1].threshold if self._before and threshold == self._policy.threshold else threshold
        )

    def _write(
        self, rows: Sequence[Mapping[str, Any]], answers: Sequence[Answer], before: Sequence[Answer]
    ) -> None:
        request = self._request
        if request.details:
            _write_details(request.details, answers, before)
        if request.page:
            from holdfast.reports.validation import render

            sweep = [self._rates(answers, before, threshold) for threshold in _sweep(self._policy.threshold)]
            request.page.parent.mkdir(parents=True, exist_ok=True)
            request.page.write_text(render(rows, sweep, self._about()), encoding="utf-8")

    def _about(self) -> dict[str, str]:
        about = {
            "Policy": f"{self._policy.stamp}, threshold {self._policy.threshold:.2f}",
            "Edition": f"{self._watchlist.edition} ({', '.join(self._watchlist.sources)}), published {self._watchlist.published or 'on no known day'}",
            "Seed": str(self._request.seed),
            "Clean names": ", ".join(self._request.clean) or "made from common names",
            "Holdfast": __version__,
        }
        if self._before:
            watchlist, policy = self._before
            about["Compared with"] = f"policy {policy.stamp}, edition {watchlist.edition}"
        return about


def _sweep(threshold: float) -> list[float]:
    """Thresholds from the lowest to 1, and the policy's own."""
    steps = {round(LOWEST + (1 - LOWEST) * step / (STEPS - 1), 2) for step in range(STEPS)}
    return sorted(steps | {threshold})


def _row(rate: Rate, answers: Sequence[Answer]) -> dict[str, object]:
    from holdfast.screen.validation.trial import CLEAN, SAYS

    group = [answer for answer in answers if answer.case.category == rate.category]
    if rate.category == CLEAN:
        shown = sorted(
            (answer for answer in group if answer.alerts_at(rate.threshold)), key=lambda a: -a.alert
        )
        examples = [{"name": a.case.query.name, "score": a.alert} for a in shown[:EXAMPLES]]
    else:
        lost = [answer for answer in group if not answer.found_at(rate.threshold)]
        examples = [_missed(answer) for answer in lost[:EXAMPLES]]
    return {
        "category": rate.category,
        "says": SAYS[rate.category],
        "cases": rate.cases,
        "found": None if rate.category == CLEAN else rate.found,
        "hit_rate": None if rate.hit_rate is None else round(rate.hit_rate, 6),
        "false_positive_rate": round(rate.false_positive_rate, 6),
        "threshold": rate.threshold,
        "examples": examples,
    }


def _missed(answer: Answer) -> dict[str, object]:
    case = answer.case
    asked = case.query.name or "; ".join(f"{i.type}:{i.value}" for i in case.query.identifiers)
    return {"name": asked, "listed_name": case.listed_name, "party": case.party, "score": answer.score}


def _compare(
    rate: Rate,
    earlier: Mapping[str, Rate],
    answers: Sequence[Answer],
    before: Sequence[Answer],
    threshold: float,
) -> dict[str, object]:
    """The rates before, and which cases of the category are lost and won by the change."""
    if not before:
        return {}
    old = earlier[rate.category]
    pairs = [
        (new, one) for new, one in zip(answers, before, strict=True) if new.case.category == rate.category
    ]
    lost = [new for new, one in pairs if one.found_at(threshold) and not new.found_at(rate.threshold)]
    won = sum(new.found_at(rate.threshold) and not one.found_at(threshold) for new, one in pairs)
    return {
        "before_hit_rate": None if old.hit_rate is None else round(old.hit_rate, 6),
        "before_false_positive_rate": round(old.false_positive_rate, 6),
        "before_threshold": threshold,
        "lost": len(lost),
        "won": won,
        "lost_examples": [_missed(answer) for answer in lost[:EXAMPLES]],
    }


def _write_details(path: Path, answers: Iterable[Answer], before: Sequence[Answer]) -> None:
    import orjson

    earlier = iter(before)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        for answer in answers:
            row = {
                "category": answer.case.category,
                "type": answer.case.query.type,
                **_missed(answer),
                "alert": answer.alert,
            }
            if before:
                row |= {"before_score": (one := next(earlier)).score, "before_alert": one.alert}
            stream.write(orjson.dumps(row) + b"\n")
