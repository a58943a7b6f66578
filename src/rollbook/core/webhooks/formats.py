"""Which events a format tells of, by the names that its own document has for them.

A webhook in another door's format is subscribed to the kinds behind those names and no others, so that nothing is put
into its queue of which that door has nothing to say.
"""

from collections.abc import Collection, Mapping

from rollbook.core.kernel.faults import FaultCode, field_fault
from rollbook.core.webhooks.records import EVERY_KIND

Formats = Mapping[str, Mapping[str, frozenset[str]]]
"""By format, the kinds of event behind each name. Ours, where each kind goes by its own, is not among them."""
OURS = "native"


def kinds_of(formats: Formats, format: str, names: Collection[str]) -> frozenset[str]:
    """The kinds of event behind names of a format; ``*`` is all that it tells of. Our own kinds are taken as well.

    Faults: INVALID naming ``format`` or ``topics``.
    """
    if format == OURS:
        return frozenset(names)
    known = formats.get(format)
    if known is None:
        allowed = ", ".join([OURS, *sorted(formats)])
        raise field_fault(FaultCode.INVALID, "format", f"format must be one of {allowed}")
    every = frozenset().union(*known.values())
    found: set[str] = set()
    for name in names:
        behind = every if name == EVERY_KIND else known.get(name, frozenset({name}) & every)
        if not behind:
            message = f"topics may hold {', '.join(sorted(known))}, or * for all of them; {name!r} is none"
            raise field_fault(FaultCode.INVALID, "topics", message)
        found |= behind
    return frozenset(found)


def names_of(formats: Formats, format: str, kinds: frozenset[str]) -> list[str]:
    """The names of a format behind which some of the kinds stand, in the order of its document."""
    return [name for name, behind in formats.get(format, {}).items() if behind & kinds]
