"""Durations as people type them: ``90d``, ``12h``, ``30m``."""

import re

import click

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}


class Duration(click.ParamType[int]):
    """Seconds, from a number and a unit."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read it."""
        if isinstance(value, int):
            return value
        found = re.fullmatch(r"(\d{1,6})\s*([smhdwy])", str(value).strip().lower())
        if not found:
            self.fail(f"{value!r} is no duration: write 30m, 12h, 90d or 1y.", param, ctx)
        return int(found[1]) * _UNITS[found[2]]


DURATION = Duration()
