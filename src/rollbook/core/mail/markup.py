"""HTML that somebody wrote for a mail: made harmless, and told as plain text.

Nothing of what was given is passed on as it stands: what comes out is written anew from lists of what mail may hold,
with every text and value escaped, so that no odd spelling of markup can get past a reader of ours.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape

import msgspec

DEEPEST = 200
"""How many elements lie in one another; what lies deeper is kept without its tag."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ELEMENTS = _words(
    """
    a abbr b big blockquote br caption center cite code col colgroup dd del div dl dt em figcaption figure
    font h1 h2 h3 h4 h5 h6 hr i img ins li ol p pre q s small span strike strong sub sup table tbody td tfoot
    th thead tr tt u ul
    """
)
_AS_DIVISION = frozenset({"address", "article", "aside", "body", "footer", "header", "main", "nav", "section"})
_VOID = frozenset({"br", "col", "hr", "img"})
_SILENT = frozenset({"head", "iframe", "math", "noscript", "object", "script", "style", "svg", "template", "title"})
"""What lies in these is no text of the mail."""
_CLOSING = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in _SILENT}
_OPENING = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]*)")
_GIVEN = re.compile(r"""[\s/]*([^\s/>="'<]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+)))?""")
_ATTRIBUTES = _words(
    """
    align alt bgcolor border cellpadding cellspacing color colspan dir face height href lang rowspan size src
    style title valign width
    """
)
_PROPERTY = re.compile(r"(background-color|border|color|direction|display|font|height|letter-spacing|line-height|"
                       r"list-style-type|margin|max-width|min-width|padding|text|vertical-align|white-space|width|word)"
                       r"[a-z-]*")  # fmt: skip
_VALUE = re.compile(r"(?:[\w\s#.,%'\"!+-]|(?:rgba?|hsla?)\([\d\s.,%]*\))*", re.ASCII)
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]*", re.IGNORECASE)
_PICTURE = re.compile(
    r"https?://[^\s\x00-\x1f]*|data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*", re.IGNORECASE
)
_BLOCKS = _words(
    """
    address article aside blockquote body caption center dd div dl dt figure footer form h1 h2 h3 h4 h5 h6
    header hr li main nav ol p pre section table tr ul
    """
)
_PARTED = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
"""What has an empty line around it in plain text."""


def cleaned(html: str) -> str:
    """The markup with nothing in it that acts, asks for anything but pictures, or hides the rest of a page."""
    writer = _Writer()
    for piece in _pieces(html):
        writer.take(piece)
    return writer.written()


def as_text(html: str) -> str:
    """What the markup says, for readers that show plain text alone; links with their addresses."""
    reader = _Reader()
    for piece in _pieces(html):
        reader.take(piece)
    return reader.read()


class _Tag(msgspec.Struct, frozen=True):
    """A tag that was read; an end tag has no attributes."""

    name: str
    is_end: bool
    given: dict[str, str]


def _pieces(html: str) -> Iterator[str | _Tag]:
    """Texts and tags, one after another. Reads every character once, whatever was left open."""
    at, is_skipping_head = 0, False
    while at < len(html):
        begin = html.find("<", at)
        if begin != at and not is_skipping_head:
            yield unescape(html[at:] if begin < 0 else html[at:begin])
        if begin < 0:
            return
        found, at = _tag(html, begin)
        if at <= begin:  # a bracket that begins nothing, or something that never ends
            if at < 0:
                return
            at = begin + 1
            if not is_skipping_head:
                yield "<"
        elif found is None:
            continue
        elif found.name == "head" or (is_skipping_head and found.name == "body"):
            is_skipping_head = found.name == "head" and not found.is_end
            if found.name == "body":
                yield found
        elif found.name in _SILENT and not found.is_end:
            closing = _CLOSING[found.name].search(html, at)
            if closing is None:
                return
            at = closing.start()
        elif not is_skipping_head:
            yield found


def _tag(html: str, begin: int) -> tuple[_Tag | None, int]:
    """The tag that begins at a bracket, and where it ends; ``begin`` where none does, -1 where it never ends."""
    if html.startswith(("<!", "<?"), begin):
        mark = "-->" if html.startswith("<!--", begin) else ">"
        end = html.find(mark, begin + 2)
        return None, end + len(mark) if end >= 0 else -1
    opened = _OPENING.match(html, begin)
    if opened is None:
        return None, begin
    at, given = opened.end(), dict[str, str]()
    while (attribute := _GIVEN.match(html, at)) is not None:
        at = attribute.end()
        value = next((text for text in attribute.groups()[1:] if text is not None), "")
        given.setdefault(attribute[1].lower(), unescape(value))
    # Whatever is left before the bracket, such as a quote that stands alone, belongs to nothing.
    end = html.find(">", at)
    return _Tag(opened[2].lower(), bool(opened[1]), given), end + 1 if end >= 0 else -1


class _Writer:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._open: list[str] = []

    def written(self) -> str:
        return "".join([*self._parts, *(f"</{tag}>" for tag in reversed(self._open))])

    def take(self, piece: str | _Tag) -> None:
        if isinstance(piece, str):
            self._parts.append(escape(piece, quote=False))
            return
        name = "div" if piece.name in _AS_DIVISION else piece.name
        if piece.is_end:
            self._close(name)
        elif name in _ELEMENTS and (name in _VOID or len(self._open) < DEEPEST):
            given = ((key, _attribute(key, text)) for key, text in piece.given.items() if key in _ATTRIBUTES)
            kept = "".join(f' {key}="{escape(value)}"' for key, value in given if value)
            self._parts.append(f"<{name}{kept}>")
            if name not in _VOID:
                self._open.append(name)

    def _close(self, name: str) -> None:
        while name in self._open:
            last = self._open.pop()
            self._parts.append(f"</{last}>")
            if last == name:
                return


def _attribute(name: str, value: str) -> str:
    """The value as it may stand there; empty where it may not."""
    match name:
        case "href":
            return value.strip() if _LINK.fullmatch(value.strip()) else ""
        case "src":
            return value.strip() if _PICTURE.fullmatch(value.strip()) else ""
        case "style":
            return "; ".join(filter(None, map(_declaration, value.split(";"))))
        case _:
            return value


def _declaration(text: str) -> str:
    """One declaration; none that asks for an address, or lays itself over the rest."""
    name, _, value = (part.strip() for part in text.partition(":"))
    is_fit = _PROPERTY.fullmatch(name.lower()) and _VALUE.fullmatch(value)
    return f"{name.lower()}: {value}" if is_fit and value else ""


class _Reader:
    def __init__(self) -> None:
        self._parts: list[str] = []
        self._newlines = 2
        """How many line breaks the text ends with."""
        self._ends_blank = True
        self._href = ""
        self._label_at = 0
        self._is_set = 0

    def read(self) -> str:
        lines = [line.rstrip() for line in "".join(self._parts).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n") + "\n"

    def take(self, piece: str | _Tag) -> None:
        if isinstance(piece, str):
            said = piece if self._is_set else re.sub(r"\s+", " ", piece)
            self._say(said.lstrip() if self._ends_blank and not self._is_set else said)
            return
        if piece.is_end:
            self._end(piece.name)
        if piece.name in _BLOCKS:
            self._break(2 if piece.name in _PARTED else 1)
        if not piece.is_end:
            self._begin(piece.name, piece.given)

    def _begin(self, tag: str, given: Mapping[str, str]) -> None:
        match tag:
            case "a":
                self._href, self._label_at = given.get("href", "").strip(), len(self._parts)
            case "br":
                self._say("\n")
            case "hr":
                self._say("----\n")
            case "img":
                self._say(given.get("alt", ""))
            case "li":
                self._say("- ")
            case "pre":
                self._is_set += 1
            case "td" | "th" if not self._newlines:
                self._say("\t")

    def _end(self, tag: str) -> None:
        if tag == "a" and self._href:
            label, address = "".join(self._parts[self._label_at :]).strip(), self._href
            if _LINK.fullmatch(address) and label not in (address, address.removeprefix("mailto:")):
                self._say(f" <{address}>" if label else address)
            self._href = ""
        elif tag == "pre":
            self._is_set = max(0, self._is_set - 1)

    def _say(self, text: str) -> None:
        if not text:
            return
        self._parts.append(text)
        ending = len(text) - len(text.rstrip("\n"))
        self._newlines = self._newlines + ending if ending == len(text) else ending
        self._ends_blank = text[-1].isspace()

    def _break(self, lines: int) -> None:
        self._say("\n" * (lines - self._newlines))
