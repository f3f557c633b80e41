"""Where this centre keeps its private keys by its settings, and the centre with them: for the registry and `sarap keys`."""

from dataclasses import replace
from datetime import datetime

from app.jobs.ask_witnesses import policy_by
from app.settings import Settings
from certificates.errors import KeyUnusable
from certificates.issuer import Issuer
from certificates.keys import Office, Safe, open_office
from certificates.log_cosigner import open_log_cosigners


def open_safe(settings: Settings) -> Safe | None:
    """The device of the settings, not yet opened; None: the keys are files. Raises `KeyUnusable` if its PIN is missing."""
    if settings.pkcs11_module is None:
        return None
    if settings.pkcs11_pin is None:
        raise KeyUnusable("SARAP_PKCS11_MODULE is set and SARAP_PKCS11_PIN is not: the device does not open without it")
    from certificates.key_token import TokenSafe  # a centre without a device loads no library for one

    return TokenSafe(settings.pkcs11_module, settings.pkcs11_token, settings.pkcs11_pin)


def office_by(settings: Settings, safe: Safe | None, now: datetime) -> Office:
    """Open this centre with all its keys, and make the first ones. Raises `KeyUnusable`."""
    office = open_office(Issuer(settings.public_url, settings.centre_name), settings.keys_dir, now, safe)
    return replace(office, log_cosigners=open_log_cosigners(settings.keys_dir, now), witnesses=policy_by(settings))
