"""Functions of one row's values: dates, texts, conversions."""

from collections.abc import Sequence
from typing import Any
from zoneinfo import available_timezones

from sqlglot import exp

from rollbook.core.analytics.formulas import terms
from rollbook.core.analytics.formulas.catalogue import function
from rollbook.core.analytics.formulas.syntax import formula_fault
from rollbook.core.analytics.formulas.terms import Term, bracketed, call, cast, highest

LONGEST_PADDED = 1_000
PARTS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
"""The parts of a date that can be taken, counted and added."""
_EXTRACTED = {**{part: part for part in PARTS}, "day_of_week": "isodow", "day_of_year": "dayofyear"}

Terms = Sequence[Term]


def _made(arguments: Terms, type_: terms.Type, sql: Any, *, is_date: bool = False) -> Term:
    return Term(sql, type_, highest(arguments), is_date)


def part_of(term: Term, known: Sequence[str] = PARTS) -> str:
    """A part of a date by its name, singular or plural. Faults: INVALID."""
    name = str(term.constant).strip().lower()
    name = name.removesuffix("s") if name not in known else name
    if name not in known:
        raise formula_fault(f"{term.constant!r} is no part of a date; there are {', '.join(known)}.")
    return name


def moment(term: Term) -> Any:
    """A date as a moment, so that parts of days count."""
    return cast(term.sql, "TIMESTAMP")


@function("extract_date_part", "word date", "A part of a date as a number, such as its year.")
def _extract(arguments: Terms) -> Term:
    part = _EXTRACTED[part_of(arguments[0], tuple(_EXTRACTED))]
    return _made(arguments, "int", call("date_part", terms.text(part), moment(arguments[1])))


@function("utc_to_timezone", "date word", "A moment in UTC by the clocks of a time zone.")
def _zoned(arguments: Terms) -> Term:
    zone = str(arguments[1].constant)
    if zone not in available_timezones():
        raise formula_fault(f"{zone!r} is no time zone such as Europe/Ljubljana.")
    in_utc = call("timezone", terms.text("UTC"), moment(arguments[0]))
    return _made(arguments, "datetime", call("timezone", terms.text(zone), in_utc))


@function("date_diff", "word date date", "How many borders of a part (such as day) lie between two dates.")
def _between(arguments: Terms) -> Term:
    part = terms.text(part_of(arguments[0]))
    return _made(arguments, "int", call("date_diff", part, moment(arguments[1]), moment(arguments[2])))


def _span(amount: Term, part: Term) -> Any:
    return call(f"to_{part_of(part)}s", cast(amount.sql, "INTEGER"))


@function("time_delta", "number word", "A span of time, such as 7 days, to add to a date or take from it.")
def _delta(arguments: Terms) -> Term:
    return _made(arguments, "interval", _span(*arguments))


@function("date_add", "date number word", "A date with some days, months, … added.")
def _added(arguments: Terms) -> Term:
    sql = exp.Add(this=moment(arguments[0]), expression=_span(arguments[1], arguments[2]))
    return _made(arguments, "datetime", sql)


@function("now", "", "This moment in UTC.")
def _now(arguments: Terms) -> Term:
    return Term(cast(call("timezone", terms.text("UTC"), call("now")), "TIMESTAMP"), "datetime", "constant")


@function("date", "date", "The day of a moment.")
def _date(arguments: Terms) -> Term:
    return _made(arguments, "datetime", cast(arguments[0].sql, "DATE"), is_date=True)


@function("like", "text text", "Whether a text is like a pattern in which % is any letters and _ one.")
def _like(arguments: Terms) -> Term:
    left, right = (bracketed(argument.sql) for argument in arguments)
    return _made(arguments, "bool", exp.Like(this=left, expression=right))


@function("ilike", "text text", "As like, whatever the case of letters.")
def _ilike(arguments: Terms) -> Term:
    left, right = (bracketed(argument.sql) for argument in arguments)
    return _made(arguments, "bool", exp.ILike(this=left, expression=right))


@function("contains", "text text", "Whether a text holds another.")
def _contains(arguments: Terms) -> Term:
    return _made(arguments, "bool", call("contains", *(argument.sql for argument in arguments)))


@function("icontains", "text text", "As contains, whatever the case of letters.")
def _icontains(arguments: Terms) -> Term:
    return _made(arguments, "bool", call("contains", *(call("lower", argument.sql) for argument in arguments)))


@function("regexp_match", "text word", "Whether a regular expression is met somewhere in a text.")
def _regexp(arguments: Terms) -> Term:
    return _made(arguments, "bool", call("regexp_matches", *(argument.sql for argument in arguments)))


def _length(term: Term) -> Any:
    return call("greatest", cast(term.sql, "BIGINT"), exp.Literal.number(0))


@function("left", "text number", "The first so many letters.")
def _left(arguments: Terms) -> Term:
    return _made(arguments, "str", call("left", arguments[0].sql, _length(arguments[1])))


@function("right", "text number", "The last so many letters.")
def _right(arguments: Terms) -> Term:
    return _made(arguments, "str", call("right", arguments[0].sql, _length(arguments[1])))


@function("str_len", "text", "How many letters a text has.")
def _str_len(arguments: Terms) -> Term:
    return _made(arguments, "int", call("length", arguments[0].sql))


@function("lower_case", "text", "In small letters.")
def _lower(arguments: Terms) -> Term:
    return _made(arguments, "str", call("lower", arguments[0].sql))


@function("upper_case", "text", "In capital letters.")
def _upper(arguments: Terms) -> Term:
    return _made(arguments, "str", call("upper", arguments[0].sql))


def _padded(name: str, arguments: Terms) -> Term:
    width, filler = int(arguments[1].constant or 0), arguments[2] if len(arguments) > 2 else terms.constant(" ")
    if not 0 <= width <= LONGEST_PADDED or not filler.constant:
        raise formula_fault(f"{name} fills up to at most {LONGEST_PADDED} letters, with a text that is not empty.")
    return _made(arguments, "str", call(name, arguments[0].sql, arguments[1].sql, filler.sql))


@function("lpad", "text count word?", "Filled up at its beginning to so many letters, and cut to them.")
def _lpad(arguments: Terms) -> Term:
    return _padded("lpad", arguments)


@function("rpad", "text count word?", "Filled up at its end to so many letters, and cut to them.")
def _rpad(arguments: Terms) -> Term:
    return _padded("rpad", arguments)


@function("split", "text word count", "The n-th part of a text that a separator parts, from 1.")
def _split(arguments: Terms) -> Term:
    if not arguments[1].constant or int(arguments[2].constant or 0) < 1:
        raise formula_fault("split wants a separator that is not empty, and a number from 1.")
    return _made(arguments, "str", call("split_part", *(argument.sql for argument in arguments)))


@function("substring", "text number number?", "So many letters from a place on, which counts from 1.")
def _substring(arguments: Terms) -> Term:
    start = call("greatest", cast(arguments[1].sql, "BIGINT"), exp.Literal.number(1))
    length = [_length(argument) for argument in arguments[2:]]
    return _made(arguments, "str", call("substring", arguments[0].sql, start, *length))


@function("replace", "text word word", "Each place of a text in another replaced by a third.")
def _replace(arguments: Terms) -> Term:
    if not arguments[1].constant:
        raise formula_fault("replace wants a text to look for that is not empty.")
    return _made(arguments, "str", call("replace", *(argument.sql for argument in arguments)))


@function("float", "any", "As a number; null for text that is none.")
def _float(arguments: Terms) -> Term:
    if arguments[0].type == "datetime":
        raise formula_fault("float does not take a date.")
    return _made(arguments, "float", cast(arguments[0].sql, "DOUBLE", tries=True))


@function("numeric", "any", "The same as float.")
def _numeric(arguments: Terms) -> Term:
    return _float(arguments)


@function("to_int", "any", "As a whole number, what is behind the point cut off; null for text that is no number.")
def _to_int(arguments: Terms) -> Term:
    number = _float(arguments).sql
    return _made(arguments, "int", cast(call("trunc", number), "BIGINT", tries=True))


@function("str", "any", "As text.")
def _str(arguments: Terms) -> Term:
    return _made(arguments, "str", cast(arguments[0].sql, "VARCHAR"))


@function("round", "number count?", "Rounded, to whole numbers or to so many digits behind the point.")
def _round(arguments: Terms) -> Term:
    digits = int(arguments[1].constant or 0) if len(arguments) > 1 else 0
    if not 0 <= digits <= 12:
        raise formula_fault("round rounds to 0 to 12 digits.")
    number = cast(arguments[0].sql, "DOUBLE")
    return _made(arguments, "float", call("round", number, exp.Literal.number(digits)))


@function(
    "datetime_from_string", "text word", "A moment from text in a format such as %d/%m/%Y; null where it is not so."
)
def _parsed(arguments: Terms) -> Term:
    return _made(arguments, "datetime", call("try_strptime", *(argument.sql for argument in arguments)))


@function(
    "json_extract_path_text", "text word word*", "What stands in a JSON text under some keys, one within another."
)
def _extracted(arguments: Terms) -> Term:
    keys = [str(argument.constant).replace("\\", "\\\\").replace('"', '\\"') for argument in arguments[1:]]
    path = terms.text("$" + "".join(f'."{key}"' for key in keys))
    document = arguments[0].sql
    safe = exp.Case(ifs=[exp.If(this=call("json_valid", document), true=call("json_extract_string", document, path))])
    return _made(arguments, "str", exp.Paren(this=safe))


@function("is_defined", "any", "Whether there is a value.")
def _is_defined(arguments: Terms) -> Term:
    return _made(arguments, "bool", exp.Not(this=exp.Is(this=bracketed(arguments[0].sql), expression=exp.Null())))


@function("is_empty", "any", "Whether there is no value, or an empty text.")
def _is_empty(arguments: Terms) -> Term:
    sql: Any = exp.Is(this=bracketed(arguments[0].sql), expression=exp.Null())
    if arguments[0].type == "str":
        empty = exp.EQ(this=bracketed(arguments[0].sql), expression=terms.text(""))
        sql = exp.Paren(this=exp.Or(this=sql, expression=empty))
    return _made(arguments, "bool", sql)


@function("null", "", "No value.")
def _null(arguments: Terms) -> Term:
    return terms.constant(None)


@function("if", "truth any any", "The second where the first is true, else the third. (Ours.)")
def _if(arguments: Terms) -> Term:
    condition, *ways = arguments
    types = {way.type for way in ways} - {"null"}
    if len(types) > 1 and types != {"int", "float"}:
        raise formula_fault("if must give the same type either way.")
    kind: terms.Type = "float" if types == {"int", "float"} else next(iter(types), "null")
    choice = exp.Case(ifs=[exp.If(this=condition.sql, true=ways[0].sql)], default=ways[1].sql)
    return _made(arguments, kind, exp.Paren(this=choice), is_date=all(way.is_date for way in ways))
