"""Coding every resolution on one core, against lxml parsing the same files and taking their text.

    python benchmarks/bench_read.py [../shared/data/unsc/en]

Both are timed in one run on the same files, in processor time, in turns of a few files each, so
that other work on the machine slows both alike. Each file is read once: what the coder keeps of
texts helps only with words that stood in another resolution. A tenth of the files is coded in a
process of its own, which knows none of the others. The goal: within eight times, below 400 MB, and
ten times the files in ten times the time.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from pathlib import Path

from lxml import etree

from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_document
from peaceops.resolutions.lexicon import load_lexicon

GOAL_TIMES = 8.0
GOAL_MEGABYTES = 400
TURN = 20  # files
TENTH = "--tenth"


def parse_text(path: Path) -> int:
    """What lxml alone needs: parse and take the text."""
    root = etree.parse(str(path)).getroot()
    return len("".join(root.itertext()))


def time_over(files: list[Path], work: object) -> float:
    start = time.process_time()
    for path in files:
        work(path)  # type: ignore[operator]
    return time.process_time() - start


def time_in_turns(files: list[Path]) -> tuple[float, float]:
    """Seconds that lxml takes, the better of two runs a turn, and that the coder takes, once."""
    lexicon = load_lexicon()

    def code(path: Path) -> None:
        code_resolution(read_document(path), lexicon).as_dict()

    time_over(files, lambda p: p.read_bytes())  # both read from the cache of the file system
    plain = coded = 0.0
    for at in range(0, len(files), TURN):
        turn = files[at : at + TURN]
        before = time_over(turn, parse_text)
        coded += time_over(turn, code)
        plain += min(before, time_over(turn, parse_text))
    return plain, coded


def time_tenth(folder: Path) -> float:
    """Seconds the coder takes for every tenth file, in a process of its own."""
    command = [sys.executable, __file__, str(folder), TENTH]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(answer.stdout)


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/unsc/en")
    files = sorted(folder.rglob("*.xml"))
    if not files:
        print(f"no XML files in {folder}: nothing to measure")
        return
    started = time.process_time()
    code_resolution(read_document(files[0]), load_lexicon()).as_dict()
    loading = time.process_time() - started
    if TENTH in sys.argv:
        print(time_in_turns(files[::10])[1])
        return
    tenth = time_tenth(folder)
    plain, coded = time_in_turns(files)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    ratio, growth = coded / plain, coded / tenth
    print(f"files                 {len(files)}")
    print(f"lexicon loaded in     {loading:.2f} s, once")
    print(f"lxml parse and text   {plain:.2f} s")
    print(f"read and coded        {coded:.2f} s, {1000 * coded / len(files):.1f} ms a file")
    print(f"times lxml            {ratio:.1f} (goal {GOAL_TIMES:.0f})")
    print(f"ten times the files   {growth:.1f} times the time")
    print(f"memory                {memory:.0f} MB (goal {GOAL_MEGABYTES})")


if __name__ == "__main__":
    main()
