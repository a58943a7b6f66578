"""Refuse a test run that passed by not running: `python3 .ci/verify.py report.xml`. Standard library only.

The report is pytest's, with the kinds that `marks.py` adds. Of each kind some must have run and none been skipped.
"""

import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter

KINDS = ("postgres", "clients", "browser")


def main(report: str) -> int:
    """Count what ran and what was skipped; answer an exit status."""
    ran: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 (our own pytest wrote it)
        skip = case.find("skipped")
        # An expected failure ran, though the report files it under skipped.
        counts = skipped if skip is not None and skip.get("type") != "pytest.xfail" else ran
        counts["all"] += 1
        for item in case.iter("property"):
            if item.get("name") == "kind":
                counts[str(item.get("value"))] += 1
    complaints = [] if ran["all"] else ["no test ran"]
    for kind in KINDS:
        print(f"{kind}: {ran[kind]} ran, {skipped[kind]} skipped")
        if not ran[kind]:
            complaints.append(f"no {kind} test ran")
        if skipped[kind]:
            complaints.append(f"{skipped[kind]} {kind} tests were skipped")
    for complaint in complaints:
        print(f"refused: {complaint}", file=sys.stderr)
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
