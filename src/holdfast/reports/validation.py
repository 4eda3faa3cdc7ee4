"""The page of a validation run: what was found by category, and what each threshold would find and alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from holdfast.reports.page import environment

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH, LEFT, BAR, ROW = 900, 220, 560, 26
"""Units of the bar chart: the whole width, where bars begin, their length at 100 %, a row."""
HEIGHT, MARGIN = 320, 60
"""Units of the line chart, whose width is :data:`WIDTH`."""


def render(
    rows: Sequence[Mapping[str, Any]], sweep: Sequence[Sequence[Mapping[str, Any]]], about: Mapping[str, str]
) -> str:
    """The whole page from the rows at the policy's threshold and, in ``sweep``, at every other; all text is escaped."""
    compared = "before_hit_rate" in rows[0] if rows else False
    return (
        environment()
        .get_template("validation.html")
        .render(
            rows=rows,
            about=about,
            compared=compared,
            bars=draw_bars(rows),
            curves=draw_curves(sweep, rows[0]["threshold"] if rows else 0),
            lede=_sum_up(rows),
        )
    )


def _sum_up(rows: Sequence[Mapping[str, Any]]) -> str:
    by_category = {row["category"]: row for row in rows}
    control, clean = by_category.get("control"), by_category.get("clean")
    manipulated = [row for row in rows if row["category"] not in {"control", "weak aliases", "clean"}]
    parts = []
    if control:
        missed = control["cases"] - control["found"]
        parts.append(
            f"All {control['cases']:,} listed names are found as listed."
            if not missed
            else f"{missed:,} of {control['cases']:,} listed names are not found as listed: this must not be."
        )
    if manipulated:
        cases, found = (sum(row[key] for row in manipulated) for key in ("cases", "found"))
        parts.append(f"Of {cases:,} names written otherwise {found / cases:.1%} are found.")
    if clean:
        parts.append(f"Of {clean['cases']:,} clean names {clean['false_positive_rate']:.2%} alert.")
    return " ".join(parts)


def draw_bars(rows: Sequence[Mapping[str, Any]]) -> Markup:
    """A bar a category as long as its share of cases found; a line marks the share before, where there is one."""
    shown = [row for row in rows if row["hit_rate"] is not None]
    parts = []
    for number, row in enumerate(shown):
        top = 8 + ROW * number
        parts.append(
            Markup(
                '<text x="{}" y="{}" text-anchor="end">{}</text><rect x="{}" y="{}" width="{}" height="{}" fill="#0b4f8a"/>'
                '<text x="{}" y="{}">{}</text>'
            ).format(
                LEFT - 10, top + 14, row["category"], LEFT, top + 2, round(BAR * row["hit_rate"], 1), ROW - 10,
                LEFT + BAR + 10, top + 14, f"{row['hit_rate']:.1%} of {row['cases']:,}",
            )
        )  # fmt: skip
        if row.get("before_hit_rate") is not None:
            x = round(LEFT + BAR * row["before_hit_rate"], 1)
            parts.append(
                Markup('<path d="M{} {}v{}" style="stroke:#c98a00;stroke-width:3"/>').format(x, top, ROW - 6)
            )
    label = "; ".join(f"{row['category']} {row['hit_rate']:.1%}" for row in shown)
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, 16 + ROW * len(shown), f"Share found by category: {label}", Markup("").join(parts)
    )


CURVES = (
    ("control", "#1c6b3a", "control names found"),
    ("manipulated", "#0b4f8a", "manipulated names found"),
    ("clean", "#9b1c1c", "clean names that alert"),
)
"""Lines of the second plot: what is counted, colour, words."""


def draw_curves(sweep: Sequence[Sequence[Mapping[str, Any]]], threshold: float) -> Markup:
    """Shares found and alerted by threshold, with the policy's threshold marked."""
    points = [_shares(rows) for rows in sweep if rows]
    if not points:
        return Markup("")
    low, high = points[0]["threshold"], points[-1]["threshold"]

    def place(x: float, y: float) -> str:
        across = MARGIN + (WIDTH - 2 * MARGIN) * (x - low) / ((high - low) or 1)
        return f"{across:.1f} {HEIGHT - 40 - (HEIGHT - 70) * y:.1f}"

    parts = [
        Markup(
            '<path d="M{}L{}" style="stroke:#d5dae0"/><text x="{}" y="{}" text-anchor="end">{}</text>'
        ).format(
            place(low, share), place(high, share), MARGIN - 8, place(low, share).split()[1], f"{share:.0%}"
        )
        for share in (0, 0.25, 0.5, 0.75, 1)
    ]
    ticks = [low + (high - low) * step / 4 for step in range(5)]
    parts += [
        Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(
            place(tick, 0).split()[0], HEIGHT - 18, f"{tick:.2f}"
        )
        for tick in ticks
    ]
    parts.append(
        Markup('<path d="M{}L{}" style="stroke:#57606a;stroke-dasharray:4 4"/>').format(
            place(threshold, 0), place(threshold, 1)
        )
    )
    for number, (key, colour, words) in enumerate(CURVES):
        line = "L".join(place(point["threshold"], point[key]) for point in points)
        parts.append(
            Markup(
                '<path d="M{}" style="stroke:{};stroke-width:2.4"/><text x="{}" y="16" style="fill:{}">{}</text>'
            ).format(line, colour, MARGIN + 240 * number, colour, words)
        )
    label = "; ".join(
        f"at {point['threshold']:.2f}: control {point['control']:.1%}, manipulated {point['manipulated']:.1%}, clean {point['clean']:.2%}"
        for point in points
    )
    return Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        WIDTH, HEIGHT, label, Markup("").join(parts)
    )


def _shares(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    manipulated = [row for row in rows if row["category"] not in {"control", "weak aliases", "clean"}]
    cases = sum(row["cases"] for row in manipulated)
    control = next((row["hit_rate"] for row in rows if row["category"] == "control"), 0.0)
    return {
        "threshold": rows[0]["threshold"],
        "control": control,
        "manipulated": sum(row["found"] for row in manipulated) / cases if cases else 0.0,
        "clean": rows[0]["false_positive_rate"],
    }
