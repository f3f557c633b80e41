"""sd-jwt, the reference implementation of RFC 9901: signature and digests of what the holder shows."""

import json
from typing import Any

from cases import fetched, judge
from jwcrypto.jwk import JWK
from sd_jwt.verifier import SDJWTVerifier


def verify(data: bytes, case: dict[str, Any]) -> str:
    host = case["issuer"].removeprefix("did:web:").replace("%3A", ":")
    keys = json.loads(fetched(case["site"], f"https://{host}/.well-known/did.json"))

    def key_of(_issuer: str, header: dict[str, Any]) -> JWK:
        method = next(entry for entry in keys["verificationMethod"] if entry["id"] == header["kid"])
        return JWK(**method["publicKeyJwk"])

    shown = SDJWTVerifier(data.decode(), key_of).get_verified_payload()
    return f"{shown['iss']}: {shown['name']}, {shown['score']}"


judge("sd_jwt", verify)
