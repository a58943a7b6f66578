"""Kinds of value that several endpoints take."""

from typing import Annotated, Literal

from msgspec import Meta

Flag = Literal[0, 1]
Page = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Id = Annotated[int, Meta(ge=0, le=2**63 - 1)]
Codes = list[str | int]
"""Mapping codes; a number is taken as its digits."""
