"""From fixed points to rulings: the answer, the reasons, the flags, and what would change it."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from holdfast.model.finding import Verdict
from holdfast.ownership.change import what_would_change
from holdfast.ownership.control import control_edges
from holdfast.ownership.fixpoint import Line
from holdfast.ownership.flags import flags_of
from holdfast.ownership.proof import Ground, Proof
from holdfast.ownership.ruling import Edge, Reason, Ruling, percent_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from holdfast.ownership.evaluation import Evaluation

RIGHT_NAMES = ("shares", "votes")


def rule(evaluation: Evaluation, entities: Iterable[str]) -> Iterator[Ruling]:
    """The ruling on each entity; one that the graph does not name is held by nobody."""
    judge = _Judge(evaluation)
    for entity in entities:
        yield judge.ruling(entity)


class _Judge:
    """Keeps what the rulings of one evaluation share."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.of = evaluation
        certain, possible = control_edges(
            evaluation.facts.controls, evaluation.pack, evaluation.graph.number, evaluation.as_of
        )
        carries = evaluation.adjustment.carries
        self._certain_control = _controllers(certain, carries)
        self._possible_control = _controllers(possible, carries)

    def ruling(self, entity: str) -> Ruling:
        """The ruling on one entity."""
        evaluation = self.of
        place = evaluation.graph.number.get(entity)
        answer = evaluation.answer(place) if place is not None else Verdict.NO
        if place is None or (
            place not in evaluation.reached and not evaluation.graph.register(place, evaluation.day)
        ):
            return self._untouched(entity)
        proof = self._proof(place, answer)
        pairs = self._pairs(place, answer, proof)
        low, high, right = self._bounds(place)
        reasons = tuple(self._reason(place, ground, path) for ground, path in pairs)
        listing = evaluation.listed.get(place)
        if listing is not None:
            reasons = (self._listed_reason(place), *reasons)
        chain = {member for _, path in pairs for member in path}
        flags = flags_of(evaluation, place, answer, chain)
        change = what_would_change(evaluation, place, answer, low, high, pairs)
        return Ruling(
            entity=entity,
            pack=evaluation.pack,
            as_of=evaluation.as_of,
            answer=answer,
            word=self._word(place, answer),
            low=low,
            high=high,
            right=right,
            because=reasons,
            flags=flags,
            says=_sentence(evaluation, entity, answer, reasons, low, high),
            change=change,
            edges=self._edges(place, proof, pairs, low),
        )

    def _word(self, place: int, answer: Verdict) -> str:
        evaluation = self.of
        listing = evaluation.listed.get(place)
        if listing is not None and listing.certain:
            return evaluation.pack.listed_word()
        return evaluation.pack.word(answer, evaluation.period)

    def _untouched(self, entity: str) -> Ruling:
        evaluation = self.of
        zero = Fraction(0)
        return Ruling(
            entity,
            evaluation.pack,
            evaluation.as_of,
            Verdict.NO,
            evaluation.pack.word(Verdict.NO, evaluation.period),
            zero,
            zero,
            "shares",
            (),
            (),
            f"No recorded tie to a listed party. {evaluation.pack.caution}",
        )

    def _proof(self, place: int, answer: Verdict) -> Proof | None:
        """The fixed point that gives the reasons: a certain one for yes, else the possible one that says most."""
        evaluation = self.of
        possible = answer is not Verdict.YES
        snapshots = list(evaluation.touching(place, possible=possible))
        best = next((snapshot for snapshot in snapshots if place in snapshot.rank), None)
        if best is None:
            best = max(snapshots, key=lambda snapshot: max(snapshot.held(place)), default=None)
        if best is None or evaluation.period is None:
            return None
        votes = evaluation.pack.votes in ({"counts", "doubt"} if possible else {"counts"})
        line = Line(evaluation.period.threshold, evaluation.period.inclusive, possible=possible, votes=votes)
        control = self._possible_control if possible else self._certain_control
        return Proof(evaluation.graph, best, line, evaluation.day, control)

    def _pairs(self, place: int, answer: Verdict, proof: Proof | None) -> list[tuple[Ground, list[int]]]:
        listing = self.of.listed.get(place)
        if proof is None or (listing is not None and listing.certain):
            return []
        if answer is Verdict.YES:
            return proof.chains(place)
        return proof.chains(place) or proof.holdings(place)

    def _bounds(self, place: int) -> tuple[Fraction, Fraction, str]:
        """Least and most that listed parties hold together, as far as the pack adds them; in the greater right."""
        counted = (0, 1) if self.of.pack.votes != "ignore" else (0,)
        best = (Fraction(0), Fraction(0), "shares")
        certain, possible = (
            [snapshot.held(place) for snapshot in self.of.touching(place, possible=which)]
            for which in (False, True)
        )
        for right in counted:
            low = max((held[2 * right] for held in certain), default=Fraction(0))
            high = max((held[2 * right + 1] for held in possible), default=Fraction(0))
            if (low, high) > best[:2]:
                best = (low, max(low, high), RIGHT_NAMES[right])
        return best

    def _reason(self, place: int, ground: Ground, path: list[int]) -> Reason:
        graph = self.of.graph
        names = tuple(graph.names[member] for member in [*path, place])
        listing = self.of.listed.get(path[0])
        listed_as, link = (listing.listed_as, listing.why) if listing is not None else ("", "")
        label = self.of.facts.label
        if ground.row is None:
            how = self._how(ground.owner, place)
            return Reason(
                names[-2],
                Fraction(0),
                Fraction(1),
                names,
                "control",
                f"{label(names[-2])} controls {label(names[-1])}: {how}",
                listed_as=listed_as,
                link=link,
            )
        low, high = graph.bounds(ground.row)
        right = RIGHT_NAMES[ground.right]
        what = f"{percent_text(low, high)} of the {right}" if right == "votes" else percent_text(low, high)
        says = f"{label(names[-2])} holds {what} of {label(names[-1])}"
        if len(names) > 2:
            says += f", and is reached through {' → '.join(map(label, names[:-1]))}"
        return Reason(names[-2], low, high, names, right, says, graph.origin(ground.row), listed_as, link)

    def _how(self, controller: int, controlled: int) -> str:
        names = self.of.graph.names
        for control in self.of.controls.get(controlled, ()):
            if control.controller == names[controller]:
                return control.how or "as recorded"
        for joint in self.of.facts.joints:
            if names[controller] in joint.parties:
                return joint.how
        return "its list reaches whatever it has a tie to"

    def _listed_reason(self, place: int) -> Reason:
        listing = self.of.listed[place]
        name = self.of.graph.names[place]
        says = listing.why or f"{self.of.facts.label(name)} is itself listed"
        return Reason(
            name,
            Fraction(0),
            Fraction(1),
            (name,),
            "control",
            says,
            listed_as=listing.listed_as,
            link=listing.why,
        )

    def _edges(
        self, place: int, proof: Proof | None, pairs: list[tuple[Ground, list[int]]], least: Fraction
    ) -> tuple[Edge, ...]:
        """Every stake of the proof, from the entity up to the listed parties."""
        if proof is None:
            return ()
        graph, edges, done = self.of.graph, {}, set()
        # A stake that is greater than what the entity certainly is above the line decides.
        threshold = self.of.period.threshold if self.of.period else Fraction(1)
        margin = max(least - threshold, Fraction(0))
        waiting = [(place, [ground for ground, _ in pairs])]
        while waiting:
            here, grounds = waiting.pop()
            for ground in grounds:
                names = graph.names[ground.owner], graph.names[here]
                if ground.row is None:
                    edges[names, -1] = Edge(*names, Fraction(0), Fraction(1), "control", here == place)
                else:
                    low, high = graph.bounds(ground.row)
                    edges[names, ground.row] = Edge(
                        *names,
                        low,
                        high,
                        RIGHT_NAMES[ground.right],
                        here == place and self.of.decides(low, margin),
                    )
                if (
                    ground.owner not in done
                    and ground.owner not in proof.snapshot.seeds
                    and ground.owner != place
                ):
                    done.add(ground.owner)
                    waiting.append((ground.owner, proof.grounds(ground.owner)))
        return tuple(edges.values())


def _controllers(*maps: object) -> dict[int, tuple[int, ...]]:
    found: dict[int, list[int]] = {}
    for edges in maps:
        for controller, targets in edges.items():  # type: ignore[attr-defined]
            for target in targets:
                found.setdefault(target, []).append(controller)
    return {target: tuple(dict.fromkeys(controllers)) for target, controllers in found.items()}


def _sentence(
    evaluation: Evaluation,
    entity: str,
    answer: Verdict,
    reasons: tuple[Reason, ...],
    low: Fraction,
    high: Fraction,
) -> str:
    """The verdict for an analyst: what is held, by whom, and what follows."""
    pack, period = evaluation.pack, evaluation.period
    told = [reason.says for reason in reasons[:4]]
    if len(reasons) > 4:
        told.append(f"and {len(reasons) - 4} more")
    told += _former(evaluation, entity)
    if not told:
        farther = _farther(evaluation, entity)
        return f"{farther or f'No recorded tie of {evaluation.facts.label(entity)} to a listed party.'} {pack.caution}"
    held = ". ".join([("; ".join(told)).removesuffix("."), *_sure_links(evaluation, reasons)])
    if answer is Verdict.YES:
        return f"{held}. {pack.effect}"
    if answer is Verdict.NO and period is not None and period.status == "suspended":
        return f"{held}. The rule was not in force on {evaluation.as_of}."
    if answer is Verdict.NO:
        return f"{held}. Together {percent_text(low, high)}, below the line. {pack.caution}"
    both = f": listed or caught parties hold {percent_text(low, high)}" if high else ""
    doubts = "".join(f" {link}." for link in _doubtful_links(evaluation, reasons) if link not in told)
    return f"{held}. Both outcomes are possible{both}.{doubts} Not clean; decide it."


def _farther(evaluation: Evaluation, entity: str) -> str:
    """Owners of whom listed parties have a significant minority, and who are not caught for it; empty when there is none."""
    graph, label, cautious = evaluation.graph, evaluation.facts.label, evaluation.cautious
    if cautious is None:
        return ""
    told = [
        f"{label(graph.names[owner])}, which holds {percent_text(*graph.bounds(row))}"
        for row in graph.register(graph.number[entity], evaluation.day)
        if (owner := graph.owner_of(row)) in cautious.rank
        and graph.names[owner] != entity
        and graph.bounds(row)[1] > 0
    ]
    if not told:
        return ""
    return (
        f"No listed or caught party holds a stake of {label(entity)} itself. They have a significant minority, below the "
        f"line, in or above {' and '.join(told[:3])} of it."
    )


def _former(evaluation: Evaluation, entity: str) -> list[str]:
    """What listed or caught parties gave away of the entity."""
    label, names, graph = evaluation.facts.label, evaluation.graph.names, evaluation.stated
    told = []
    for item in evaluation.divestments(graph.number[entity]):
        kept = any(graph.owned_of(row) == item.entity for row in graph.stakes(item.seller, evaluation.day))
        share = f"{percent_text(item.low, item.high)}{' more' if kept else ''}"
        votes = " of the votes" if RIGHT_NAMES[item.right] == "votes" else ""
        told.append(f"{label(names[item.seller])} held {share}{votes} until {item.last_day}")
    return list(dict.fromkeys(told))


def _sure_links(evaluation: Evaluation, reasons: tuple[Reason, ...]) -> list[str]:
    """Which listed parties the chains begin with, where that is sure."""
    label, number = evaluation.facts.label, evaluation.graph.number
    return [
        f"{label(name)} is listed as {listed_as}"
        for name, listed_as in dict.fromkeys(
            (reason.chain[0], reason.listed_as) for reason in reasons if len(reason.chain) > 1
        )
        if listed_as and evaluation.listed[number[name]].certain
    ]


def _doubtful_links(evaluation: Evaluation, reasons: tuple[Reason, ...]) -> list[str]:
    """Why it is not sure that a party is the listed one."""
    first = {evaluation.graph.number[reason.chain[0]] for reason in reasons}
    links = [evaluation.listed[place] for place in sorted(first & evaluation.listed.keys())]
    return [link.why for link in links if not link.certain and link.why]
