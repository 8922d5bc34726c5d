"""Mutated resolutions read and coded: every one must end in a coding or in a clear refusal.

    python benchmarks/fuzz_read.py [COUNT] [--seconds N] [--seed N]

Bytes are flipped, cut, doubled and swapped, tags and numbers exchanged, in small documents made
here. Anything but a `PeaceopsError`, or a document that takes more than two seconds of processor
time, is a failure and is named by its number.
"""

from __future__ import annotations

import random
import signal
import sys
import time
from types import FrameType
from xml.sax.saxutils import escape

from peaceops.errors import PeaceopsError
from peaceops.resolutions.coder import code_resolution
from peaceops.resolutions.document import read_bytes
from peaceops.resolutions.lexicon import load_lexicon

XML = """<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0"><statement><meta>
<identification><FRBRWork><FRBRdate date="2021-06-29" name="adoption"/></FRBRWork><FRBRExpression>
<FRBRlanguage language="{language}"/></FRBRExpression></identification></meta><coverPage><p>
<docNumber refersTo="#symbol">S/RES/9001 (2021)</docNumber><docDate date="2021-06-29"
refersTo="#adoptionDate">29 June 2021</docDate></p></coverPage><preamble>
<container><p>{preamble}</p></container></preamble><mainBody><paragraph><num>1.</num><content>
<p>{extend}</p></content></paragraph><paragraph><num>2.</num><list><intro><p>{lead}</p></intro>
<point><num>(a)</num><content><p>{task}</p></content></point><sublist><point><num>(i)</num>
<content><p>{ceiling}</p></content></point></sublist></list></paragraph></mainBody></statement>
</akomaNtoso>"""
ENGLISH = {
    "language": "eng",
    "preamble": "Acting under Chapter VII of the Charter of the United Nations,",
    "extend": "Decides to extend the mandate of the United Nations Mission in South Sudan (UNMISS) "
    "for a period of six months until 15 March 2022;",
    "lead": "Decides that UNMISS shall, and requests the Secretary-General to report every 90 "
    "days:",
    "task": "protect civilians under threat of physical violence, support elections;",
    "ceiling": "comprise up to 17,000 military personnel and 2,101 police personnel;",
}
FRENCH = {
    "language": "fra",
    "preamble": "Agissant en vertu du Chapitre VII de la Charte des Nations Unies,",
    "extend": "Décide de proroger jusqu’au 15 mars 2022 le mandat de la Mission des Nations Unies "
    "au Soudan du Sud (MINUSS) ;",
    "lead": "Décide que la MINUSS, et prie le Secrétaire général de faire rapport tous les 90 "
    "jours :",
    "task": "protège les civils ; appuie les élections ;",
    "ceiling": "l’effectif maximal de la MINUSS reste fixé à 17 000 militaires et 2 101 "
    "policiers ;",
}
TEXT = """Resolution 9425 (1978)
of 19 March 1978

The Security Council,

Convinced that the situation is grave,

1. Decides to establish immediately under its authority a United Nations interim force for
Southern Lebanon for a period of six months;

2. Requests the Secretary-General to report:
(a) within twenty-four hours;

Adopted at the 2074th meeting by 12 votes to none.
"""
SCRAPS = (
    b"<",
    b">",
    b"&",
    b"&#0;",
    b"<!--",
    b"]]>",
    b"<![CDATA[",
    b"\x00",
    b"\xff\xfe",
    b"<num>",
    b"</p>",
    b"(((((((((",
    b"1" * 40,
    b"until 99 Foo 9999",
    b"until 31 February 2022",
    b"<!DOCTYPE x>",
    b",,,,",
    "⟦unmiss|9⟧".encode(),
    "⟦".encode(),
    b"for a period of 999 months",
    b"\xc2\xa0" * 30,
    b" of " * 50,
    b"UNMISS and " * 20,
    b"<point><num>(a)</num>",
    b"<list>" * 30,
    "’".encode() * 20,
)


def mutate(data: bytes, rng: random.Random) -> bytes:
    """One to six changes somewhere in the bytes."""
    out = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(out) + 1)
        end = min(len(out), at + rng.randint(1, 60))
        match rng.randrange(7):
            case 0:
                out[at:end] = b""
            case 1:
                out[at:at] = out[at:end]
            case 2:
                out[at:at] = rng.choice(SCRAPS)
            case 3:
                out[at:end] = bytes(rng.randrange(256) for _ in range(end - at))
            case 4:
                other = rng.randrange(len(out) + 1)
                out[at:end] = out[other : other + (end - at)]
            case 5 if at < len(out):
                out[at] ^= 1 << rng.randrange(8)
            case _:
                out[at:at] = str(rng.randrange(10**9)).encode()
        if not out:
            break
    return bytes(out)


def mutate_words(fields: dict[str, str], rng: random.Random) -> bytes:
    """A well-formed file whose words are exchanged, doubled, dropped and joined."""
    pool = [w for text in fields.values() for w in text.split()]
    changed = dict(fields)
    for key in rng.sample(list(fields), rng.randint(1, len(fields))):
        if key == "language":
            continue
        words = changed[key].split()
        for _ in range(rng.randint(1, 8)):
            at = rng.randrange(len(words) + 1)
            match rng.randrange(5):
                case 0:
                    words[at:at] = [rng.choice(pool)]
                case 1:
                    del words[at : at + rng.randint(1, 4)]
                case 2:
                    words[at:at] = words[at : at + 6] * rng.randint(1, 30)
                case 3:
                    scrap = rng.choice(SCRAPS).decode("utf-8", "replace")
                    words[at:at] = ["".join(c for c in scrap if c >= " ")]
                case _:
                    words[at : at + 2] = ["".join(words[at : at + 2])]
        changed[key] = escape(" ".join(words)[:20_000])
    return XML.format(**changed).encode("utf-8", "replace")


class TooSlow(Exception):
    """A document took more than two seconds of processor time."""


def stop(_signal: int, _frame: FrameType | None) -> None:
    raise TooSlow


def main() -> None:
    options = [a for a in sys.argv[1:] if not a.startswith("--")]

    def option(name: str, default: int) -> int:
        return int(sys.argv[sys.argv.index(name) + 1]) if name in sys.argv else default

    count = int(options[0]) if options and options[0].isdigit() else 100_000
    seconds, seed = option("--seconds", 10**9), option("--seed", 1)
    seeds = [XML.format(**ENGLISH).encode(), XML.format(**FRENCH).encode(), TEXT.encode()]
    lexicon = load_lexicon()
    signal.signal(signal.SIGVTALRM, stop)
    started = time.monotonic()
    coded = refused = done = 0
    failures: list[str] = []
    for number in range(count):
        if time.monotonic() - started > seconds:
            break
        rng = random.Random(seed * 10_000_000 + number)
        which = number % len(seeds)
        if number % 2 and which < 2:
            data = mutate_words((ENGLISH, FRENCH)[which], rng)
        else:
            data = mutate(seeds[which], rng)
        signal.setitimer(signal.ITIMER_VIRTUAL, 2.0)
        try:
            code_resolution(
                read_bytes(data, "x.txt" if which == 2 else "x.xml"), lexicon, {}
            ).as_dict()
            coded += 1
        except PeaceopsError:
            refused += 1
        except Exception as error:
            failures.append(f"{number}: {type(error).__name__}: {error}")
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        done += 1
    spent = time.monotonic() - started
    print(f"{done} mutated files in {spent:.0f} s: {coded} coded, {refused} refused")
    print(f"{len(failures)} failures")
    for failure in failures[:20]:
        print(failure)
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
