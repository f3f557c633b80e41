"""Keys in a device that never shows them: a PKCS #11 3.0 token, e.g. a smart card, an HSM, or SoftHSM in tests.

The only file that imports the library. Keys are made inside, are sensitive and cannot be extracted, and are found by their
label, which is the key's name. A session that the device has lost, because it was pulled out or restarted, is opened again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

import pkcs11
import pkcs11.exceptions
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass
from pkcs11.util.ec import encode_named_curve_parameters

from certificates.algorithm import PUBLIC_KEY_BYTES, Algorithm
from certificates.errors import KeyUnusable
from certificates.key_files import KINDS

T = TypeVar("T")

_ED25519_OID: Final = "1.3.101.112"  # RFC 8410
_DER_OCTET_STRING: Final = b"\x04"

LOST: Final = (
    pkcs11.exceptions.SessionHandleInvalid,
    pkcs11.exceptions.SessionClosed,
    pkcs11.exceptions.UserNotLoggedIn,
    pkcs11.exceptions.KeyHandleInvalid,
    pkcs11.exceptions.ObjectHandleInvalid,
    pkcs11.exceptions.DeviceRemoved,
    pkcs11.exceptions.DeviceError,
    pkcs11.exceptions.TokenNotPresent,
)
"""What a device says of a session that it no longer knows. Anything else is a fault that opening again does not mend."""


@dataclass(slots=True)
class TokenSafe:
    """A token as a `keys.Safe`. One session is kept open for as long as the process runs."""

    module: Path
    label: str
    pin: str = field(repr=False)
    _session: Any = field(default=None, init=False, repr=False)

    def names(self) -> list[str]:
        """The labels of all private keys that are named as ours are."""
        found = self.use(lambda session: [key.label for key in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})])
        return [label for label in found if label.partition("-")[0] in KINDS]

    def open(self, name: str) -> "TokenSigner":
        """The key, ready to sign. Raises `KeyUnusable`."""
        algorithm = KINDS[name.partition("-")[0]]
        return TokenSigner(self, name, algorithm, self.use(lambda session: _public_key(session, name, algorithm)))

    def create(self, name: str) -> None:
        """Make a key inside the device; one of that name stays."""
        if name not in self.names():
            self.use(lambda session: _generate(session, name))

    def destroy(self, name: str) -> None:
        """Delete a key for good: both of its halves."""

        def delete(session: Any) -> None:
            for found in list(session.get_objects({Attribute.LABEL: name})):
                found.destroy()

        self.use(delete)

    def use(self, work: Callable[[Any], T]) -> T:
        """Do `work` with the session; if the device has lost it, once more with a new one. Raises `KeyUnusable`."""
        try:
            return self._try(work)
        except pkcs11.exceptions.PKCS11Error as error:
            raise KeyUnusable(f"the token {self.label!r} of {self.module}: {_said(error)}") from error

    def _try(self, work: Callable[[Any], T]) -> T:
        if self._session is not None:
            try:
                return work(self._session)
            except LOST:
                self._close()
        self._session = self._open()
        return work(self._session)

    def _open(self) -> Any:
        library = pkcs11.lib(str(self.module))
        try:
            token = library.get_token(token_label=self.label)
        except pkcs11.exceptions.PKCS11Error:
            # A device that was put in after the library began is seen by a library that begins again.
            library.reinitialize()
            token = library.get_token(token_label=self.label)
        try:
            return token.open(rw=True, user_pin=self.pin)
        except pkcs11.exceptions.UserAlreadyLoggedIn:
            return token.open(rw=True)  # a sign-in is the process's, not the session's (PKCS #11, section 5.6)

    def _close(self) -> None:
        session, self._session = self._session, None
        try:
            session.close()
        except pkcs11.exceptions.PKCS11Error:
            return  # it is gone already


@dataclass(frozen=True, slots=True)
class TokenSigner:
    """A key in the device: `keys.Signer`."""

    safe: TokenSafe
    name: str
    algorithm: Algorithm
    public_key: bytes

    def sign(self, data: bytes) -> bytes:
        """Sign `data`: 64 bytes. ECDSA takes a new random number each time, unless the device does as RFC 6979 says."""
        return self.safe.use(lambda session: self._sign(session, data))

    def _sign(self, session: Any, data: bytes) -> bytes:
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=self.name)
        if self.algorithm is Algorithm.ED25519:
            return bytes(key.sign(data, mechanism=Mechanism.EDDSA))
        return bytes(key.sign(hashlib.sha256(data).digest(), mechanism=Mechanism.ECDSA))


def _generate(session: Any, name: str) -> None:
    if KINDS[name.partition("-")[0]] is Algorithm.ED25519:
        kind, curve, mechanism = KeyType.EC_EDWARDS, _ED25519_OID, Mechanism.EC_EDWARDS_KEY_PAIR_GEN
    else:
        kind, curve, mechanism = KeyType.EC, "secp256r1", Mechanism.EC_KEY_PAIR_GEN
    parameters = session.create_domain_parameters(kind, {Attribute.EC_PARAMS: encode_named_curve_parameters(curve)}, local=True)
    parameters.generate_keypair(
        id=name.encode(),
        label=name,
        store=True,
        mechanism=mechanism,
        private_template={Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True},
    )


def _public_key(session: Any, name: str, algorithm: Algorithm) -> bytes:
    key = session.get_key(object_class=ObjectClass.PUBLIC_KEY, label=name)
    point = bytes(key[Attribute.EC_POINT])
    wanted = PUBLIC_KEY_BYTES[algorithm]
    # PKCS #11 wraps the point in a DER OCTET STRING; some devices give it bare.
    if len(point) == wanted + 2 and point.startswith(_DER_OCTET_STRING + bytes([wanted])):
        point = point[2:]
    if len(point) != wanted:
        raise KeyUnusable(f"{name} in the token is not a key of {algorithm}")
    return point


def _said(error: Exception) -> str:
    words = str(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
