"""In which form a certificate was handed over, and which forms are kept."""

from dataclasses import dataclass
from enum import StrEnum


class Carrier(StrEnum):
    """What a verifier was given. A report says it, because not every carrier can show everything."""

    BUNDLE = "bundle"
    """the certificate file: everything"""
    JWT = "jwt"
    SD_JWT = "sd-jwt"
    """what a wallet shows: the holder may have kept something to himself"""
    QR = "qr"
    """the code on the front: signed claims and nothing else"""
    SECOND_CODE = "second-code"
    """the second code: the same with the proof of the log entry"""
    PDF = "pdf"


class Kept(StrEnum):
    """A form that is kept: the `kind` of a row in `credential_carrier`."""

    JWT = "jwt"
    QR = "qr"
    """the bytes of the COSE_Sign1, from which both codes are written"""
    PDF_KK = "pdf-kk"
    PDF_RU = "pdf-ru"
    PDF_EN = "pdf-en"


@dataclass(frozen=True, slots=True)
class KeptCarrier:
    """A carrier as it is kept. It never changes: when its key was withdrawn, the next version takes its place."""

    kind: Kept
    content: bytes
    signed_by: str
    """the name of the key, e.g. `document-2026-1`"""
    version: int = 1
