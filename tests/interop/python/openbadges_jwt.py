"""openbadgeslib: the token verifier of Open Badges 3.0."""

from typing import Any

from cases import fetched, judge
from openbadgeslib.ob3.verifier import OB3Verifier


def verify(data: bytes, case: dict[str, Any]) -> str:
    def download(url: str, **_options: object) -> bytes:
        return fetched(case["site"], url)

    verifier = OB3Verifier.for_issuer_did(case["issuer"], download=download)
    # It believes a signed status list only as a JWT; this list is JSON, so only its bits are looked at here.
    found = verifier.verify(data.decode(), check_status=True, download=download, verify_status_list=False)
    return f"issuer {found.issuer.id}, status clear"


judge("jwt", verify)
