"""openbadgeslib: the Data Integrity verifier of Open Badges 3.0, which reads the first of our two proofs."""

from typing import Any

from cases import fetched, judge
from openbadgeslib.ob3.ldp import OB3LdpVerifier


def verify(data: bytes, case: dict[str, Any]) -> str:
    def download(url: str, **_options: object) -> bytes:
        return fetched(case["site"], url)

    # It believes a signed status list only as a JWT; this list is JSON, so only its bits are looked at here.
    found = OB3LdpVerifier().verify(data, check_status=True, download=download, verify_status_list=False)
    return f"issuer {found.issuer.id}, status clear"


judge("json", verify)
