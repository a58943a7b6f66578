"""HTML of mails: what is left of it, and what it says in plain text."""

import pytest

from rollbook.core.mail.markup import DEEPEST, as_text, cleaned


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("<p>a <b>b</b></p>", "<p>a <b>b</b></p>"),
        ("<P ALIGN=left>a", '<p align="left">a</p>'),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<b>a<i>b</b>c", "<b>a<i>b</i></b>c"),
        ("</p></div>a", "a"),
        ("<img src=x onerror=alert(1)>", "<img>"),
        ("<img src='https://e.org/a.png' alt='\"'>", '<img src="https://e.org/a.png" alt="&quot;">'),
        ("<img src='data:image/png;base64,AA=='>", '<img src="data:image/png;base64,AA==">'),
        ("<img src='data:image/svg+xml;base64,AA'>", "<img>"),
        ("<a href='java&#115;cript:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href=' java\tscript:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href='mailto:a@e.org'>a</a>", '<a href="mailto:a@e.org">a</a>'),
        ("<a href='/x'>a</a>", "<a>a</a>"),
        ("<script>alert('</p>')</script>a", "a"),
        ("<script>alert(1)", ""),
        ("<scr<script>ipt>a", "ipt&gt;a"),
        ("<style>@import x</style><title>t</title>a", "a"),
        ("<svg><script>x</script><a href=x>b</a></svg>a", "a"),
        ("<!-- <b> --><!doctype html><?php x ?>a", "a"),
        ("<!--><img src=x onerror=alert(1)>-->a", "<img>--&gt;a"),
        ("<head><meta http-equiv=refresh content=0><p>no</head><body bgcolor=red>a", '<div bgcolor="red">a</div>'),
        ("<head><body>a", "<div>a</div>"),
        ("<form action=x><input name=a><button>b</button></form>", "b"),
        ("<base href=//e.org><link rel=stylesheet href=x><meta charset=x>a", "a"),
        ("<p style='color: red; background: url(//e.org); position: fixed'>a</p>", '<p style="color: red">a</p>'),
        ("<p style='color: expression(alert(1))'>a</p>", "<p>a</p>"),
        ("<p style='background-color: rgb(1, 2, 3)'>a</p>", '<p style="background-color: rgb(1, 2, 3)">a</p>'),
        ("<p style='co\\6cor: red'>a</p>", "<p>a</p>"),
        ('<p title="a" title="b" onmouseover="x" \'">c', '<p title="a">c</p>'),
        ("<p title='a>b", "<p>b</p>"),
        ("<p", ""),
        ("<", "&lt;"),
    ],
)  # fmt: skip
def test_what_acts_is_left_out_and_the_rest_is_well_formed(given: str, kept: str) -> None:
    assert cleaned(given) == kept
    assert cleaned(kept) == kept


def test_depth_is_bounded() -> None:
    assert cleaned("<div>" * 5_000 + "a") == "<div>" * DEEPEST + "a" + "</div>" * DEEPEST


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("<p>Dear\n  Ana,</p><p>good  bye</p>", "Dear Ana,\n\ngood bye\n"),
        ("a<br>b<br/>c", "a\nb\nc\n"),
        ("<ul><li>one<li>two</ul>end", "- one\n- two\n\nend\n"),
        ("<table><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></table>", "A\tB\n1\t2\n"),
        ("<a href='https://e.org/?a=1&amp;b=2'>here</a>", "here <https://e.org/?a=1&b=2>\n"),
        ("<a href='https://e.org/'>https://e.org/</a>", "https://e.org/\n"),
        ("<a href='mailto:a@e.org'>a@e.org</a>", "a@e.org\n"),
        ("<a href='javascript:x'>no</a>", "no\n"),
        ("<pre>a\n  b</pre>", "a\n  b\n"),
        ("<head><title>t</title></head><body><img alt='Logo'>&eacute;</body>", "Logoé\n"),
        ("a<hr>b", "a\n----\nb\n"),
        ("", "\n"),
    ],
)
def test_it_is_told_in_plain_text(given: str, said: str) -> None:
    assert as_text(given) == said
