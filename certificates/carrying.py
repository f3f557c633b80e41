"""Make the other carriers of a certificate that is in the log, from what was recorded and logged and from nothing else.

What is made depends only on the recorded bytes, the salt, the place in the log and the keys, so a carrier whose row is missing
can be made again at any time. Nothing here decides anything: `issuing` says when, and stores.
"""

from collections.abc import Mapping
from typing import Final

from certificates.bundle import Bundle
from certificates.carriers.carrier import Kept, KeptCarrier
from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import write_token
from certificates.carriers.qr import front_url, second_code, sign_claims
from certificates.keys import Office
from certificates.log.entry import binding_of
from certificates.log.proof import read_proof, with_extra
from certificates.strict_json import JsonObject, canonical

MADE_AT_ISSUE: Final = frozenset({Kept.JWT, Kept.QR})
"""What `make_carriers` makes. The pages to print follow a little later (`certificates/printing.py`)."""


def make_carriers(office: Office, bundle: Bundle) -> dict[Kept, bytes]:
    """Make the carriers of `bundle` that are made at issue, signed with the keys that sign now."""
    unsigned = _unsigned(bundle)
    binding = binding_of(bundle.salt, canonical(unsigned))
    index = read_proof(bundle.log_proof).index
    cose = sign_claims(compact_claims(unsigned), binding, index, office.signer.name, office.signer.sign)
    return {Kept.JWT: make_token(office, bundle), Kept.QR: cose}


def make_token(office: Office, bundle: Bundle) -> bytes:
    """Make the token of `bundle`, signed with the document key that signs now."""
    return write_token(_unsigned(bundle), office.document_method, office.document_signer.sign).encode()


def to_keep(office: Office, made: Mapping[Kept, bytes]) -> list[KeptCarrier]:
    """The carriers that `office` has made just now, as they are kept. The codes are signed as the certificate is."""
    names = {Kept.QR: office.signer.name}
    return [KeptCarrier(kind, content, names.get(kind, office.document_signer.name)) for kind, content in made.items()]


def as_handed_over(kind: Kept, content: bytes, bundle: Bundle) -> tuple[bytes, ...]:
    """What a person is given of a kept carrier: the texts of both codes for the one, otherwise the content itself."""
    if kind is not Kept.QR:
        return (content,)
    issuer_url = str(_unsigned(bundle)["id"]).rpartition("/certificates/")[0]
    return (front_url(issuer_url, content).encode(), second_code(content, read_proof(bundle.log_proof)).encode())


def log_proof_file(bundle: Bundle) -> bytes:
    """Write the proof of the log entry as a file of its own, with the salt in it: what a token needs beside it."""
    return with_extra(bundle.log_proof, bundle.salt).encode()


def _unsigned(bundle: Bundle) -> JsonObject:
    return {name: value for name, value in bundle.credential.items() if name != "proof"}
