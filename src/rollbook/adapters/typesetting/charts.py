"""Charts as SVG by vl-convert, the package whose JavaScript also draws them in the browser.

It runs in a process of its own: it brings a JavaScript engine, which the server does not keep in memory for it.
"""

import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rollbook.adapters import children
from rollbook.core.kernel.ports import PrintFailed

_CODE = """
import json, sys
import vl_convert
given = json.load(sys.stdin)
made = [
    vl_convert.vegalite_to_svg(spec, config=given["config"], allowed_base_urls=[]) for spec in given["specs"]
]
json.dump(made, sys.stdout)
"""
_INK, _QUIET, _LINE = "#1b2333", "#5b6475", "#dfe3ea"
_FIRST = "#2f55d4"
CONFIG: dict[str, Any] = {
    "background": "transparent",
    "font": "Libertinus Serif",
    "view": {"stroke": None},
    "range": {"category": [_FIRST, "#d9822b", "#2a8c82", "#b0477d", "#7a6ad8", "#8a8f3c"],
              "ramp": ["#e6ebfb", _FIRST], "heatmap": ["#e6ebfb", _FIRST]},
    "axis": {"labelColor": _QUIET, "titleColor": _QUIET, "titleFontWeight": 400, "gridColor": _LINE, "domain": False,
             "ticks": False, "grid": False, "labelLimit": 160, "labelOverlap": True},
    "axisQuantitative": {"grid": True, "tickCount": 5},
    "axisX": {"domain": True, "domainColor": _QUIET, "labelAngle": 0},
    "axisY": {"titleAngle": 0, "titleAlign": "left", "titleAnchor": "end", "titleY": -10, "titleX": 0},
    "legend": {"labelColor": _INK, "title": None, "orient": "top"},
    "bar": {"fill": _FIRST}, "line": {"stroke": _FIRST}, "point": {"fill": _FIRST, "filled": True},
    "area": {"fill": _FIRST, "fillOpacity": 0.3}, "rect": {"fill": _FIRST},
}  # fmt: skip
"""Vega-Lite's config for paper: the colours of a light page, which certificates have too."""


def drawn(specs: Sequence[Mapping[str, Any]]) -> list[bytes]:
    """Each chart as SVG. Blocks for a second or two. Raises `PrintFailed`."""
    if not specs:
        return []
    with tempfile.TemporaryFile() as given:
        given.write(msgspec.json.encode({"specs": specs, "config": CONFIG}))
        given.seek(0)
        try:
            made = children.run(_CODE, given, memory_bytes=None)
        except children.ChildFailed:
            raise PrintFailed("The charts could not be drawn.") from None
    return [svg.encode() for svg in msgspec.json.decode(made, type=list[str])]
