"""What a command says when it cannot do what it was asked: one sentence on what is wrong, one on what to do."""

import click

from rollbook.core.kernel.faults import Fault


class Refusal(click.ClickException):
    """A message for a person; exit status 1 (2 is click's, for wrong usage)."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(f"{message}\n{advice}" if advice else message)


def refusal_of(fault: Fault) -> Refusal:
    """A fault of the core as a message that names the fields."""
    told = [text for texts in fault.fields.values() for text in texts if text != fault.message]
    return Refusal(fault.message, "\n".join(f"  {text}" for text in told[:20]))
