"""The colours of charts, told apart by any colour vision; contrast of text is measured in the browser tests."""

import itertools
import math
import re

import pytest

from tests.console import preview

Colour = tuple[float, float, float]
Rows = tuple[Colour, Colour, Colour]

# How the eye without one of its cones sees linear RGB (Machado, Oliveira and Fernandes 2009, severity 1).
VISIONS: dict[str, Rows] = {
    "usual": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.01182, 0.04294, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.3039)),
}
CONES: Rows = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
OKLAB: Rows = (
    (0.2104542553, 0.793617785, -0.0040720468),
    (1.9779984951, -2.428592205, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.808675766),
)


def times(rows: Rows, colour: Colour) -> Colour:
    x, y, z = (sum(a * b for a, b in zip(row, colour, strict=True)) for row in rows)
    return x, y, z


def linear(token: str) -> Colour:
    shares = (int(token[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in shares)
    return red, green, blue


def perceived(colour: Colour) -> Colour:
    """`colour` in OKLab, where distance is difference as seen; 0.02 is just visible."""
    long, middle, short = (max(v, 0) ** (1 / 3) for v in times(CONES, colour))
    return times(OKLAB, (long, middle, short))


def luminance(colour: Colour) -> float:
    return sum(a * b for a, b in zip((0.2126, 0.7152, 0.0722), colour, strict=True))


def tokens(scheme: str) -> dict[str, str]:
    """The custom properties of light or dark that are plain colours."""
    light, dark = (
        (preview.CONSOLE / "static" / "css" / "tokens.css").read_text().split("@media (prefers-color-scheme: dark)")
    )
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light if scheme == "light" else light + dark))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_chart_colours_differ_for_every_colour_vision(scheme: str) -> None:
    colours = [linear(tokens(scheme)[f"chart-{number}"]) for number in range(1, 7)]
    for vision, rows in VISIONS.items():
        seen = [perceived(times(rows, colour)) for colour in colours]
        closest = min(math.dist(one, other) for one, other in itertools.combinations(seen, 2))
        assert closest > 0.12, vision


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_and_edges_of_controls_stand_out_from_their_ground(scheme: str) -> None:
    found = tokens(scheme)
    ground = luminance(linear(found["surface"]))
    for name in (*(f"chart-{number}" for number in range(1, 7)), "edge", "focus"):
        low, high = sorted((ground, luminance(linear(found[name]))))
        assert (high + 0.05) / (low + 0.05) >= 3, name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_on_filled_buttons_are_legible_at_rest_and_under_the_pointer(scheme: str) -> None:
    found = tokens(scheme)
    for name in ("accent-fill", "accent-fill-hover", "bad-fill", "bad-fill-hover"):
        assert 1.05 / (luminance(linear(found[name])) + 0.05) >= 4.5, name
