"""Reading the guides in docs/how-to: what they tell a person to type, and what they say will be answered.

A ```bash block is typed as it stands. ```bash background PORT goes on in a terminal of its own; what follows waits
until something answers on the port. A ```text block is what the block before it prints, with … for anything.
"""

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "how-to"
_BLOCK = re.compile(r"^(?P<indent> *)```(?P<kind>\w+)(?P<rest>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.M | re.S)


@dataclass
class Step:
    """One thing to type."""

    text: str
    port: int | None
    """Where it answers, for what goes on by itself."""
    printed: str | None = None


def steps_in(guide: Path) -> list[Step]:
    """What a guide tells a person to type, in order."""
    steps: list[Step] = []
    for block in _BLOCK.finditer(guide.read_text(encoding="utf-8")):
        text = textwrap.dedent(block["text"])
        if block["kind"] == "bash":
            words = block["rest"].split()
            steps.append(Step(text, int(words[1]) if words[:1] == ["background"] else None))
        elif block["kind"] == "text":
            steps[-1].printed = text
    return steps


def script_of(steps: list[Step], ports: dict[int, int]) -> str:
    """The steps as one script that keeps what each prints in a file of its number; ports become free ones."""
    lines = ["set -euo pipefail"]
    for number, step in enumerate(steps):
        text = step.text
        for written, free in ports.items():
            text = re.sub(rf"\b{written}\b", str(free), text)
        if step.port is None:
            lines.append(f"{{\n{text}}} > {number}.out")
        else:
            port = ports[step.port]
            lines.append(f"{{\n{text}}} > {number}.out 2>&1 &")
            lines.append(f"until (: < /dev/tcp/127.0.0.1/{port}) 2>/dev/null; do sleep 0.1; done")
    return "\n".join(lines) + "\n"


def agrees(said: str, printed: str) -> bool:
    """Whether what was printed is what the guide says."""
    pattern = ".*?".join(re.escape(part) for part in said.strip().split("…"))
    return re.fullmatch(pattern, printed.strip(), re.S) is not None
