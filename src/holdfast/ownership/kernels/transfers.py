"""What parties held and hold no more."""

from __future__ import annotations


def find_ended(sellers, day, graph, found):
    """Rows of what these parties held until before ``day`` and did not keep in full the day after; how many.

    One row for each entity, right and last day. The rows of an owner stand in order of what it owns.
    """
    rows, parties, _, shares = graph
    n = 0
    for x in sellers:
        for k in range(parties[x]["out"], parties[x + 1]["out"]):
            row = rows[k]
            found[n] = k
            # Written in any case and kept by adding: a jump here would have to wait for the row.
            n += (row["end"] < day) & (row["owned"] != x)
    ended = n
    n = 0
    for e in range(ended):
        k = found[e]
        row = rows[k]
        x = row["owner"]
        last_day = row["end"]
        begin = k
        while begin > parties[x]["out"] and rows[begin - 1]["owned"] == row["owned"]:
            begin -= 1
        before = 0
        after = 0
        newest = True
        i = begin
        while i < parties[x + 1]["out"] and rows[i]["owned"] == row["owned"]:
            other = rows[i]
            if other["right"] == row["right"]:
                if other["start"] <= last_day <= other["end"]:
                    before += shares[other["share"]]["high"]
                if other["start"] <= last_day + 1 <= other["end"]:
                    after += shares[other["share"]]["high"]
                if i > k and other["end"] == last_day:
                    newest = False
            i += 1
        if newest and (before > after or parties[row["owned"]]["unit"] == 0):
            found[n] = k
            n += 1
    return n
