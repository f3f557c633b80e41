"""Printed certificates of the centre in memory."""

from functools import cache

from certificates.bundle import write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.printed import Language
from certificates.carriers.sealing import open_sealer, seal
from certificates.carriers.typesetting import render
from certificates.carrying import make_carriers
from certificates.printing import printing_of
from tests.certificates.centre import Centre, claim


@cache
def printed(language: Language, holder_name: str = "Айгерім Сәтбаева", sealed_by: str = "centre") -> bytes:
    """A sealed PDF, as the registry makes one; `sealed_by` puts another centre's seal on it."""
    centre = Centre()
    bundle = centre.certify(claim(holder_name=holder_name))
    unsealed = render(write_bundle(bundle), printing_of(bundle, make_carriers(centre.office, bundle)[Kept.QR], language))
    office = Centre(sealed_by).office
    return seal(unsealed, open_sealer(office.document_signer, office.document_certificates), bundle.credential)
