"""How letters of other scripts are written in Latin, learned from names that Wikidata has in both.

    python benchmarks/learn_romanisation.py LABELS

LABELS/transliteration holds ``wd_SCRIPT.txt.gz`` (Latin TAB letters of the script TAB count; Merhav and Ash, "Design
Challenges in Named Entity Transliteration", COLING 2018; CC0). Writes ``src/holdfast/text/data/correspondences.csv``.

One or two letters of the script (a syllable of pinyin for a Han character, the parts of a Hangul syllable) stand for zero
to a few Latin letters: a monotone alignment whose probabilities are found by expectation maximisation (joint
multigrams: Deligne, Yvon and Bimbot, 1995). Rare correspondences are dropped. Two numbers a script turn the share
of surprise that an alignment saves into a likeness: its median over names that match is 0.95, and the point that
parts matching from shuffled names best, or that two in a hundred of these reach, is 0.70.
"""

from __future__ import annotations

import gzip
import itertools
import math
import random
import sys
from collections import Counter, defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from holdfast.text.fold import words
from holdfast.text.transliteration import LETTERS, Model, units

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPTS = {
    "arabic": "arabic",
    "chinese": "han",
    "hebrew": "hebrew",
    "japanese": "kana",
    "korean": "hangul",
    "russian": "cyrillic",
}
PAIRS, ROUNDS, MOST_LETTERS, LEAST_SHARE, LEAST_COUNT = 25_000, 5, {"han": 6, "kana": 4}, 0.004, 3.0
STRANGERS = 0.02
"""Share of names of strangers that may pass for a transliteration at the edge."""
USUAL_PAIRS = 250
"""Pairs of letters a script that may be one unit."""

Pair = tuple[tuple[str, ...], str]


def read(path: Path, script: str) -> Iterator[Pair]:
    """Names of one word in both scripts, the often seen ones first."""
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream]
    dice = random.Random(3)
    dice.shuffle(rows)
    rows.sort(key=lambda row: -min(int(row[2]), 4))
    for latin, native, _ in rows:
        one, other = words(latin), words(native.replace(" ", ""))
        if len(one) == len(other) == 1 and other[0].script == script and one[0].text.isalpha():
            parts = units(other[0].native, script)
            if 0 < len(parts) <= 24 and 2 <= len(one[0].text) <= 20:
                yield parts, one[0].text


def spans(native: tuple[str, ...], usual: frozenset[str]) -> list[list[tuple[int, str]]]:
    """What may stand at each place: one unit, or two that are often together."""
    found = []
    for place, unit in enumerate(native):
        own = [(1, unit)]
        if place + 1 < len(native) and unit + native[place + 1] in usual:
            own.append((2, unit + native[place + 1]))
        found.append(own)
    return found


def expect(
    pair: Pair,
    usual: frozenset[str],
    share: dict[tuple[str, str], float],
    most: int,
    counts: dict[tuple[str, str], float],
) -> None:
    """One pair's alignments, all at once, added to the counts."""
    native, latin = pair
    high, wide = len(native), len(latin)
    slope, slack = wide / high, max(3.0, 0.4 * wide)
    forward = [[0.0] * (wide + 1) for _ in range(high + 1)]
    forward[0][0] = 1.0
    steps: list[tuple[int, int, int, int, tuple[str, str], float]] = []
    options = spans(native, usual)
    for place in range(high):
        for start in range(wide + 1):
            before = forward[place][start]
            if not before or abs(start - place * slope) > slack:
                continue
            for size, text in options[place]:
                for stop in range(start, min(wide, start + most) + 1):
                    key = (text, latin[start:stop])
                    value = share.get(key, 1e-7)
                    forward[place + size][stop] += before * value
                    steps.append((place, start, place + size, stop, key, value))
    total = forward[high][wide]
    if total <= 0:
        return
    backward = [[0.0] * (wide + 1) for _ in range(high + 1)]
    backward[high][wide] = 1.0
    for place, start, after, stop, key, value in reversed(steps):
        behind = backward[after][stop]
        if behind:
            backward[place][start] += value * behind
            counts[key] += forward[place][start] * value * behind / total


def learn(folder: Path, name: str, script: str) -> tuple[str, list[tuple[str, str, float]], float, float]:
    """The correspondences of a script with their costs, and where its scale lies."""
    pairs = []
    for pair in read(folder / "transliteration" / f"wd_{name}.txt.gz", script):
        pairs.append(pair)
        if len(pairs) == PAIRS:
            break
    most = MOST_LETTERS.get(script, 3)
    together = (
        Counter(one + two for native, _ in pairs for one, two in itertools.pairwise(native))
        if script != "han"
        else Counter()
    )
    usual = frozenset(text for text, _ in together.most_common(USUAL_PAIRS))
    share: dict[tuple[str, str], float] = first_guess(pairs, most)
    for turn in range(ROUNDS):
        if turn == ROUNDS // 2:
            pairs = believable(pairs, share)
        counts: dict[tuple[str, str], float] = defaultdict(float)
        for pair in pairs:
            expect(pair, usual, share, most, counts)
        share = normalise(counts)
    kept = [
        (text, to, -math.log(value))
        for (text, to), value in share.items()
        if value >= LEAST_SHARE and counts[text, to] >= LEAST_COUNT
    ]
    middle, edge = scale(Model.of(kept, 0.0, 1.0), pairs)
    print(
        f"{script}: {len(pairs)} pairs, {len(kept)} correspondences, median {middle:.3f}, edge {edge:.3f}",
        file=sys.stderr,
    )
    return script, sorted(kept, key=lambda row: (row[0], row[2])), middle, edge


def believable(pairs: list[Pair], share: dict[tuple[str, str], float]) -> list[Pair]:
    """Without the pairs that are no transliteration: a given name beside a family name, a translated byname."""
    model = Model.of(
        ((text, to, -math.log(value)) for (text, to), value in share.items() if value >= LEAST_SHARE),
        0.0,
        1.0,
    )
    _, edge = scale(model, pairs)
    return [pair for pair in pairs if model.saving(*pair) >= edge]


def first_guess(pairs: list[Pair], most: int) -> dict[tuple[str, str], float]:
    """How often a unit and a few letters stand at about the same place."""
    counts: dict[tuple[str, str], float] = defaultdict(float)
    for native, latin in pairs:
        slope = len(latin) / len(native)
        for place, unit in enumerate(native):
            start = round(place * slope)
            for begin in range(max(0, start - 1), min(len(latin), start + 1) + 1):
                for stop in range(begin, min(len(latin), begin + most) + 1):
                    counts[unit, latin[begin:stop]] += 1.0
    return normalise(counts)


def normalise(counts: dict[tuple[str, str], float]) -> dict[tuple[str, str], float]:
    totals: dict[str, float] = defaultdict(float)
    for (text, _), count in counts.items():
        totals[text] += count
    return {key: count / totals[key[0]] for key, count in counts.items() if count > 1e-3}


def scale(model: Model, pairs: list[Pair]) -> tuple[float, float]:
    """The median saving of matches, and the saving that parts them best from strangers."""
    seconds = [latin for _, latin in pairs]
    random.Random(5).shuffle(seconds)
    true = sorted(model.saving(native, latin) for native, latin in pairs[:4000])
    false = sorted(
        model.saving(native, latin) for (native, _), latin in zip(pairs[:4000], seconds, strict=False)
    )
    best, edge = 0.0, 0.0
    for place, value in enumerate(true):
        below = sum(1 for other in false if other < value)
        if (quality := below - place) > best:
            best, edge = quality, value
    return true[len(true) // 2], max(edge, false[int(len(false) * (1 - STRANGERS))])


def main() -> None:
    folder = Path(sys.argv[1])
    target = Path(__file__).parents[1] / "src" / "holdfast" / "text" / "data" / "correspondences.csv"
    with ProcessPoolExecutor(2) as pool:
        made = list(pool.map(learn, [folder] * len(SCRIPTS), SCRIPTS, SCRIPTS.values()))
    lines = [
        "# What letters of a script stand for in Latin, with the surprise of each (natural logarithm), learned by",
        "# benchmarks/learn_romanisation.py from Wikidata names in both scripts (Merhav and Ash, COLING 2018; CC0). Han by syllables of pinyin,",
        "# Hangul by the parts of its syllables. A row without a source letter holds the median and the edge of the script's scale. 2026-11-25.",
        "script,from,to,cost",
    ]
    for script, rows, middle, edge in made:
        lines += [f"{script},,median,{middle:.3f}", f"{script},,edge,{edge:.3f}"]
        lines += [f"{script},{text},{to},{cost:.2f}" for text, to, cost in rows]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(
        f"{target}: {len(lines):,} lines; Latin letters weigh {sum(LETTERS.values()) / len(LETTERS):.2f} on average",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
