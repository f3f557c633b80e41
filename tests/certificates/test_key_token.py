"""Keys in a PKCS #11 token, with SoftHSM as the device."""

import os
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from certificates.algorithm import Algorithm, is_signed
from certificates.errors import KeyUnusable
from certificates.issuer import Issuer
from certificates.key_token import TokenSafe
from certificates.keys import make_key, open_office
from tests.certificates.centre import NOW

MODULES: Final = [
    path
    for folder in (
        "/usr/lib/softhsm",
        "/usr/lib/x86_64-linux-gnu/softhsm",
        "/usr/lib/aarch64-linux-gnu/softhsm",
        "/usr/lib64/pkcs11",
    )
    if (path := Path(folder) / "libsofthsm2.so").exists()
]
PIN: Final = "a pin that is never logged"

pytestmark = [
    pytest.mark.skipif(not MODULES or shutil.which("softhsm2-util") is None, reason="no SoftHSM on this machine: softhsm2"),
    # Of a session that the device has forgotten the library complains once more when it lets go of a search.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Generator[TokenSafe]:
    """A token of this module's own. The library reads where it is once in a process."""
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    command = ["softhsm2-util", "--init-token", "--free", "--label", "sarap", "--pin", PIN, "--so-pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    yield TokenSafe(MODULES[0], "sarap", PIN)
    del os.environ["SOFTHSM2_CONF"]


def test_keys_are_made_inside_and_sign_for_both_kinds(token: TokenSafe, tmp_path: Path) -> None:
    office = open_office(Issuer("https://centre.example", "The centre"), tmp_path, NOW, token)
    for signer, algorithm in ((office.signer, Algorithm.ED25519), (office.document_signer, Algorithm.ES256)):
        assert signer.algorithm is algorithm
        assert is_signed(algorithm, signer.public_key, signer.sign(b"a text"), b"a text")
        assert not is_signed(algorithm, signer.public_key, signer.sign(b"a text"), b"another")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["document-2026-1.crt"]
    again = open_office(office.issuer, tmp_path, NOW, token)
    assert again.key_document() == office.key_document()
    assert make_key(token, tmp_path, "key", NOW) == "key-2026-2"
    assert open_office(office.issuer, tmp_path, NOW, token).signer.name == "key-2026-2"


def test_a_private_key_cannot_be_read_out(token: TokenSafe) -> None:
    from pkcs11 import Attribute, ObjectClass
    from pkcs11.exceptions import AttributeSensitive

    token.create("key-2031-1")

    def read(session: Any) -> None:
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label="key-2031-1")
        assert key[Attribute.SENSITIVE]
        assert not key[Attribute.EXTRACTABLE]
        with pytest.raises(AttributeSensitive):
            key[Attribute.VALUE]

    token.use(read)


def test_a_session_that_the_device_has_lost_is_opened_again(token: TokenSafe) -> None:
    import pkcs11

    token.create("key-2032-1")
    signer = token.open("key-2032-1")
    before = signer.sign(b"a text")
    pkcs11.lib(str(token.module)).reinitialize()  # what a device does that was pulled out and put in again
    assert signer.sign(b"a text") == before


def test_a_key_that_is_destroyed_is_gone(token: TokenSafe) -> None:
    token.create("key-2033-1")
    signer = token.open("key-2033-1")
    token.destroy("key-2033-1")
    assert "key-2033-1" not in token.names()
    with pytest.raises(KeyUnusable):
        signer.sign(b"a text")


def test_a_device_that_does_not_open_is_said_so_without_the_pin(token: TokenSafe) -> None:
    for safe in (TokenSafe(token.module, "another", PIN), TokenSafe(Path("/nowhere.so"), "sarap", PIN)):
        with pytest.raises(KeyUnusable) as caught:
            safe.names()
        assert PIN not in str(caught.value) + repr(safe) + repr(caught.value.__cause__)
