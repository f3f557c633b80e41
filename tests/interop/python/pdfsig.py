"""poppler: pdfsig checks the seal against the centre's root in an NSS database, pdfdetach takes the attachment out."""

import subprocess
import tempfile
from pathlib import Path
from typing import Any

from cases import FOLDER, judge


def said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout


def verify(data: bytes, case: dict[str, Any]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        database, file = f"sql:{folder}", Path(folder, "certificate.pdf")
        file.write_bytes(data)
        said_by("certutil", "-N", "-d", database, "--empty-password")
        said_by("certutil", "-A", "-a", "-d", database, "-n", "the centre", "-t", "CT,C,C", "-i", str(FOLDER / case["root"]))
        said = said_by("pdfsig", "-nssdir", database, str(file))
        wanted = ("Signature is Valid.", "Certificate is Trusted.", "Total document signed", "ETSI.CAdES.detached")
        if missing := [words for words in wanted if words not in said]:
            raise ValueError(f"{missing} not in: {said}")
        subprocess.run(["pdfdetach", "-saveall", "-o", folder, str(file)], check=True, timeout=60)
        attached = Path(folder, "certificate.sarap.json").read_bytes()
        if b'"format":"sarap-certificate/' not in attached:
            raise ValueError("no certificate file is attached")
        return f"sealed, trusted, {len(attached)} bytes attached"


judge("pdf", verify)
