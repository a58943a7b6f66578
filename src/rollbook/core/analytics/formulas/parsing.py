"""From a formula's text to its tree: columns in ``[brackets]``, text in double quotes, operators and functions.

Binding, loosest first: ``or``, ``and``, ``not``, comparisons and ``in``, ``+ -``, ``* /``, a sign.
"""

import re
from functools import lru_cache

import msgspec

from rollbook.core.analytics.formulas.syntax import (
    Binary,
    Call,
    Constant,
    Membership,
    Node,
    Reference,
    Unary,
    Variable,
    formula_fault,
)

LONGEST = 10_000
"""Characters of a formula."""
DEEPEST = 60
"""How far parts may lie within one another."""

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | \[(?P<column>[^\[\]]+)\]
    | "(?P<text>(?:[^"\\]|\\.)*)"
    | \{\{\s*(?P<variable>\w+)\s*\}\}
    | (?P<word>[A-Za-z_]\w*)
    | (?P<sign>==|!=|<>|<=|>=|[-+*/<>=(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_SAME = {"=": "==", "<>": "!="}
_COMPARING = frozenset({"==", "!=", "<", "<=", ">", ">="})


class _Token(msgspec.Struct, frozen=True):
    kind: str
    value: str
    at: int


@lru_cache(maxsize=2048)
def parse(text: str) -> Node:
    """The tree of a formula. Faults: INVALID, saying where it cannot be read."""
    if len(text) > LONGEST:
        raise formula_fault(f"A formula may have at most {LONGEST:,} characters.")
    return _Parser(text).formula()


def _tokens(text: str) -> list[_Token]:
    found, at, end = [], 0, len(text.rstrip())
    while at < end:
        token = _TOKEN.match(text, at)
        if token is None or token.lastgroup is None:
            raise formula_fault(f"The formula cannot be read at {text[at : at + 20].strip()!r}.")
        found.append(_Token(token.lastgroup, token[token.lastgroup], token.start(token.lastgroup)))
        at = token.end()
    return [*found, _Token("end", "", end)]


class _Parser:
    """Recursive descent over the tokens, one method per binding."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self._position = 0
        self._depth = 0

    def formula(self) -> Node:
        node = self._any()
        if self._next.kind != "end":
            raise self._unexpected("an operator or the end")
        return node

    @property
    def _next(self) -> _Token:
        return self._tokens[self._position]

    def _take(self) -> _Token:
        token = self._next
        self._position += token.kind != "end"
        return token

    def _takes(self, *values: str) -> str | None:
        """The next token, if it is one of these signs or words."""
        token = self._next
        value = token.value.lower() if token.kind == "word" else token.value
        if token.kind in ("word", "sign") and value in values:
            self._position += 1
            return value
        return None

    def _expect(self, value: str) -> None:
        if not self._takes(value):
            raise self._unexpected(repr(value))

    def _unexpected(self, wanted: str) -> Exception:
        token = self._next
        found = "the formula ends" if token.kind == "end" else f"{token.value!r} stands"
        return formula_fault(
            f"The formula cannot be read: {found} where {wanted} should be (character {token.at + 1})."
        )

    def _any(self) -> Node:
        self._depth += 1
        if self._depth > DEEPEST:
            raise formula_fault(f"The parts of a formula may lie at most {DEEPEST} deep within one another.")
        node = self._all()
        while self._takes("or"):
            node = Binary("or", node, self._all())
        self._depth -= 1
        return node

    def _all(self) -> Node:
        node = self._negated()
        while self._takes("and"):
            node = Binary("and", node, self._negated())
        return node

    def _negated(self) -> Node:
        if not self._takes("not"):
            return self._compared()
        self._depth += 1
        if self._depth > DEEPEST:
            raise formula_fault(f"The parts of a formula may lie at most {DEEPEST} deep within one another.")
        node = Unary("not", self._negated())
        self._depth -= 1
        return node

    def _compared(self) -> Node:
        node = self._added()
        if self._takes("in"):
            return Membership(node, self._items(), is_negated=False)
        if self._next.value.lower() == "not" and self._next.kind == "word":
            self._take()
            self._expect("in")
            return Membership(node, self._items(), is_negated=True)
        operator = self._takes(*_COMPARING, *_SAME)
        return Binary(_SAME.get(operator, operator), node, self._added()) if operator else node

    def _items(self) -> list[Node]:
        self._expect("(")
        return self._arguments()

    def _added(self) -> Node:
        node = self._multiplied()
        while operator := self._takes("+", "-"):
            node = Binary(operator, node, self._multiplied())
        return node

    def _multiplied(self) -> Node:
        node = self._signed()
        while operator := self._takes("*", "/"):
            node = Binary(operator, node, self._signed())
        return node

    def _signed(self) -> Node:
        signs = 0
        while sign := self._takes("-", "+"):
            signs += sign == "-"
        node = self._single()
        return Unary("-", node) if signs % 2 else node

    def _single(self) -> Node:
        token = self._take()
        match token.kind:
            case "number":
                is_whole = token.value.isdecimal() and len(token.value) < 19
                return Constant(int(token.value) if is_whole else float(token.value))
            case "text":
                return Constant(_ESCAPED.sub(r"\1", token.value))
            case "column":
                return Reference(token.value.strip())
            case "variable":
                return Variable(token.value)
            case "word":
                return self._named(token)
        if token.value == "(":
            node = self._any()
            self._expect(")")
            return node
        self._position -= token.kind != "end"
        raise self._unexpected("a value")

    def _named(self, token: _Token) -> Node:
        name = token.value.lower()
        if name in ("true", "false"):
            return Constant(name == "true")
        if not self._takes("("):
            raise formula_fault(f"{token.value!r} is no function call: a column stands in brackets, [{token.value}].")
        arguments = [] if self._takes(")") else self._arguments()
        return Call(name, arguments)

    def _arguments(self) -> list[Node]:
        """What stands up to the closing bracket, which is taken."""
        found = [self._any()]
        while self._takes(","):
            found.append(self._any())
        self._expect(")")
        return found
