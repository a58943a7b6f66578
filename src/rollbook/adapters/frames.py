"""DataFrames in pickles, read in a process of its own by an unpickler that knows little (``frames_child``)."""

import subprocess
import sys
from pathlib import Path

from rollbook.core.kernel.ports import FrameUnreadable

DEADLINE_S = 120
_CHILD = Path(__file__).with_name("frames_child.py")


class PandasFrames:
    """`FrameReader` by pandas."""

    def to_parquet(self, pickled: Path, target: Path) -> None:
        """Write the table in a gzipped pickle as a Parquet file; see `FrameReader.to_parquet`."""
        command = [sys.executable, "-I", str(_CHILD), str(DEADLINE_S)]
        with pickled.open("rb") as source, target.open("wb") as made:
            try:
                child = subprocess.run(
                    command,
                    stdin=source,
                    stdout=made,
                    stderr=subprocess.PIPE,
                    env={},
                    cwd="/",
                    timeout=DEADLINE_S,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise FrameUnreadable("Reading the DataFrame took too long.") from None
        if child.returncode != 0:
            said = child.stderr.decode(errors="replace").strip().splitlines()
            reason = said[-1].removeprefix("refused: ") if said and said[-1].startswith("refused: ") else ""
            raise FrameUnreadable(reason or "The file holds no DataFrame that can be read.")
