"""Reads a parcel, asks one verifier about each certificate in it, and prints what that says: {"case", "accepted", "detail"}.

These programs run in an environment of their own, so they import nothing of Sarap.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FOLDER = Path(sys.argv[1])


def fetched(site: dict[str, str], url: str) -> bytes:
    """What the site of a case shows at an address; anything else of the internet does not exist."""
    if url not in site:
        raise LookupError(f"{url} is not in the parcel")
    return (FOLDER / site[url]).read_bytes()


def judge(carrier: str, verify: Callable[[bytes, dict[str, Any]], object]) -> None:
    """Ask `verify(data, case)` about the carrier of every case that has it: it returns a detail, or raises."""
    for entry in json.loads((FOLDER / "cases.json").read_bytes()):
        if carrier not in entry:
            continue
        try:
            answer = {"accepted": True, "detail": str(verify((FOLDER / entry[carrier]).read_bytes(), entry))}
        except Exception as error:  # noqa: BLE001 - every verifier has refusals of its own
            answer = {"accepted": False, "detail": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps({"case": entry["case"], **answer}))  # noqa: T201 - its output is what it is for
