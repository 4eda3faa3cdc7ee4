"""How loud the pack is on ordinary events, and what it sees of the published observables.

    python benchmarks/hunt_quality.py LOGS

Reads ``benign`` (777,574 recurring background events of public recordings, and event logs of ordinary hosts) and
``flax/flax_observables.ndjson`` (a synthetic event per published observable). The home folder is a temporary one.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from holdfast.app.hunt import prepare
from holdfast.app.settings import Settings

LOUD = {"high", "critical"}


def background(folder: Path, settings: Settings) -> None:
    """Verdicts and loud signs on what ordinary hosts do."""
    start = time.process_time()
    hunt = prepare([str(folder)], settings)
    sightings = Counter((one.level, one.title) for one in hunt.sightings())
    loud = sum(count for (level, _), count in sightings.items() if level in LOUD)
    verdicts = Counter(story.verdict for story in hunt.teller.stories())
    print(f"{folder.name}: {hunt.logs.events:,} events, {time.process_time() - start:.1f} s CPU")
    print(
        f"  verdicts {dict(verdicts)}, {loud} signs at high or above: {loud / hunt.logs.events * 1e6:.1f} a million"
    )
    for (level, title), count in sightings.most_common():
        print(f"  {count:6} {level:8} {title}")


def observables(file: Path, settings: Settings) -> None:
    """How many of the published observables fire a rule of the pack."""
    events = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    hunt = prepare([str(file)], settings)
    fired = {one.record for one in hunt.sightings() if not one.rule.startswith("indicator-")}
    print(f"{file.name}: {len(fired)} of {len(events)} fire a rule")
    for number, event in enumerate(events, 1):
        if number not in fired:
            print(f"  silent: {event['src']}")


def main(base: Path) -> None:
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(Path(home))
        observables(base / "flax/flax_observables.ndjson", settings)
        background(base / "benign/secds_background_777k.parquet", settings)
        background(base / "benign/evtx", settings)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
