"""Small invented resolutions in the publisher's format, for tests of the reader and the coder."""

from __future__ import annotations

NAMESPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"


def paragraph(number: str, text: str, inside: str = "") -> str:
    """A numbered operative paragraph; `inside` is markup of a list below it."""
    num = f"<num>{number}</num>" if number else ""
    if inside:
        return f"<paragraph>{num}<list><intro><p>{text}</p></intro>{inside}</list></paragraph>"
    return f"<paragraph>{num}<content><p>{text}</p></content></paragraph>"


def point(number: str, text: str) -> str:
    """An item of a list."""
    return f"<point><num>{number}</num><content><p>{text}</p></content></point>"


def resolution(
    body: str,
    preamble: tuple[str, ...] = (),
    symbol: str = "S/RES/9001 (2021)",
    day: str = "2021-06-29",
    printed: str = "29 June 2021",
    language: str = "eng",
    meta: str = "",
    after: str = "",
    preamble_markup: str = "",
) -> str:
    """A whole file; `body` and `after` are markup, `preamble` plain texts."""
    opening = "Le Conseil de sécurité," if language == "fra" else "The Security Council,"
    containers = "".join(
        f'<container name="c"><p xml:space="preserve">\t{text}</p></container>' for text in preamble
    )
    return f"""<akomaNtoso xmlns="{NAMESPACE}"><statement name="resolution"><meta>
<identification source="#x"><FRBRWork><FRBRdate date="{day}" name="adoption"/></FRBRWork>
<FRBRExpression><FRBRlanguage language="{language}"/></FRBRExpression></identification>{meta}</meta>
<coverPage><p><docNumber refersTo="#symbol">{symbol}</docNumber></p>
<p><docTitle refersTo="#adoption">Adopted on
<docDate date="{day}" refersTo="#adoptionDate">{printed}</docDate></docTitle></p></coverPage>
<preamble><formula name="enactingFormula"><p>{opening}</p></formula>{containers}{preamble_markup}
</preamble><mainBody>{body}</mainBody>{after}</statement></akomaNtoso>"""
