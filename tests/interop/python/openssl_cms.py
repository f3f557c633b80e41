"""OpenSSL: the seal as a detached CMS signature over the two ranges of the file that it names."""

import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from cases import FOLDER, judge


def verify(data: bytes, case: dict[str, Any]) -> str:
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", data)
    if len(ranges) != 1:
        raise ValueError(f"{len(ranges)} seals")
    start, length, second, rest = map(int, ranges[0])
    if start != 0 or second + rest != len(data):
        raise ValueError("the seal does not cover the whole file")
    contents = bytes.fromhex(data[length + 1 : second - 1].decode())
    with tempfile.TemporaryDirectory() as folder:
        signed, seal = Path(folder, "signed"), Path(folder, "seal")
        signed.write_bytes(data[:length] + data[second:])
        seal.write_bytes(contents[: der_bytes(contents)])
        command = ["openssl", "cms", "-verify", "-inform", "DER", "-in", str(seal), "-content", str(signed), "-binary"]
        command += ["-CAfile", str(FOLDER / case["root"]), "-purpose", "any", "-out", "/dev/null"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode:
            raise ValueError(done.stderr)
    return f"{len(contents)} bytes of seal over {len(data)}"


def der_bytes(data: bytes) -> int:
    """How many bytes the first DER value has; the seal's place in the file is filled up with zeros."""
    if data[1] < 0x80:
        return 2 + data[1]
    digits = data[1] & 0x7F
    return 2 + digits + int.from_bytes(data[2 : 2 + digits])


judge("pdf", verify)
