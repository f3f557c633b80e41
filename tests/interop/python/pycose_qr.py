"""pycose: the COSE_Sign1 of the front code, with the key that its header names in the issuer's key document."""

import base64
import json
from typing import Any

import cbor2
from cases import fetched, judge
from openvc.multibase import decode_multibase
from pycose.headers import KID, Algorithm
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import Sign1Message


def verify(data: bytes, case: dict[str, Any]) -> str:
    address, _hash, encoded = data.decode().partition("/v#")
    message = Sign1Message.decode(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    host = case["issuer"].removeprefix("did:web:").replace("%3A", ":")
    keys = json.loads(fetched(case["site"], f"https://{host}/.well-known/did.json"))
    named = f"{case['issuer']}#{message.phdr[KID].decode()}"
    method = next(entry for entry in keys["verificationMethod"] if entry["id"] == named)
    message.key = OKPKey(crv=Ed25519, x=decode_multibase(method["publicKeyMultibase"])[2:])
    if not message.verify_signature():
        raise ValueError("the signature does not fit")
    claims = cbor2.loads(message.payload)
    return f"{address}: {len(claims)} claims under {message.phdr[Algorithm].fullname} by {named}"


judge("qr", verify)
