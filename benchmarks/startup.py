"""How long a user waits for ``holdfast --help`` and for the demo, against an interpreter that does nothing.

python benchmarks/startup.py
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOLDFAST = Path(sys.executable).parent / "holdfast"


def measure(command: list[str], runs: int) -> float:
    """Median wall seconds of a whole process, after one run that is not counted."""
    seconds = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def main() -> None:
    print(
        f"Python {platform.python_version()} on {platform.machine()}, {platform.system()} {platform.release()}"
    )
    with tempfile.TemporaryDirectory() as place:
        home = ["--home", f"{place}/home"]
        rows = [
            ("python -c pass", measure([sys.executable, "-c", "pass"], 9)),
            ("holdfast --help", measure([str(HOLDFAST), "--help"], 9)),
            ("holdfast screen --help", measure([str(HOLDFAST), "screen", "--help"], 9)),
            (
                "holdfast assess examples/northgate",
                measure([str(HOLDFAST), *home, "assess", "examples/northgate", "-o", f"{place}/out"], 3),
            ),
        ]
    for name, seconds in rows:
        print(f"{name:<38}{seconds:8.2f} s")


if __name__ == "__main__":
    main()
