"""The log: laws of the tree, and the text forms of checkpoints and proofs."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.log.checkpoint import Checkpoint, checkpoint_is_signed, read_checkpoint, sign_checkpoint
from certificates.log.entry import Kind, binding_of, issue_entry, status_entry
from certificates.log.merkle import (
    Node,
    inclusion_proof,
    leaf_hash,
    node_hash,
    nodes_for_proof,
    nodes_for_root,
    nodes_on_append,
    root,
    root_from_proof,
    siblings_on_append,
)
from certificates.log.note import SignatureType, key_id
from certificates.log.proof import InclusionProof, proves, read_proof, write_proof
from tests.certificates.centre import NOW, SALT, Centre, signer

SIZES = st.integers(min_value=1, max_value=200)
KEY = signer("log", "a log")
ORIGIN = "centre.example/log"


def tree(size: int) -> dict[Node, bytes]:
    """A tree of `size` leaves, grown one by one."""
    stored: dict[Node, bytes] = {}
    for index in range(size):
        needed = {node: stored[node] for node in siblings_on_append(index)}
        stored |= nodes_on_append(index, leaf(index), needed)
    return stored


def leaf(index: int) -> bytes:
    return leaf_hash(f"entry {index}".encode())


def reference_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, section 2.1, word by word."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(reference_root(leaves[:split]), reference_root(leaves[split:]))


TREE = tree(200)


@given(SIZES)
def test_the_root_is_the_one_of_rfc_6962(size: int) -> None:
    needed = {node: TREE[node] for node in nodes_for_root(size)}
    assert root(size, needed) == reference_root([leaf(index) for index in range(size)])
    assert len(needed) <= size.bit_length()


def test_the_empty_tree_and_the_leaf_have_the_hashes_that_everybody_knows() -> None:
    # SHA-256 of nothing, and of a single zero byte: the first two test vectors of certificate-transparency logs.
    assert root(0, {}).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"


@given(SIZES, st.data())
def test_every_leaf_can_be_proved_in_every_tree_that_has_it(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    needed = {node: TREE[node] for node in nodes_for_proof(index, size)}
    proof = inclusion_proof(index, size, needed)
    assert root_from_proof(index, size, leaf(index), proof) == root(size, TREE)
    assert len(proof) <= size.bit_length()


@given(SIZES, st.data())
def test_a_proof_proves_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    proof = inclusion_proof(index, size, TREE)
    goal = root(size, TREE)
    other = data.draw(st.integers(min_value=0, max_value=250).filter(lambda drawn: drawn != index))
    assert root_from_proof(index, size, leaf(other), proof) != goal
    assert root_from_proof(other, size, leaf(index), proof) != goal
    assert root_from_proof(index, size, leaf(index), [*proof, leaf(0)]) != goal
    if proof:
        assert root_from_proof(index, size, leaf(index), proof[:-1]) != goal
        place = data.draw(st.integers(min_value=0, max_value=len(proof) - 1))
        altered = [bytes(32) if at == place else value for at, value in enumerate(proof)]
        assert root_from_proof(index, size, leaf(index), altered) != goal


@given(st.integers(min_value=0, max_value=199))
def test_appending_never_changes_a_node(index: int) -> None:
    assert tree(index + 1).items() <= TREE.items()


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    assert root_from_proof(index, size, leaf(0), []) is None
    with pytest.raises(IndexError):
        inclusion_proof(index, size, TREE)


@given(st.integers(min_value=1, max_value=2**60), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written_and_verifies(size: int, value: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, value)
    note = sign_checkpoint(checkpoint, KEY)
    assert read_checkpoint(note) == checkpoint
    assert checkpoint_is_signed(note, ORIGIN, [bytes(32), KEY.public_key])
    assert not checkpoint_is_signed(note, "elsewhere.example/log", [KEY.public_key])
    assert not checkpoint_is_signed(note, ORIGIN, [signer("log", "another log").public_key])
    assert not checkpoint_is_signed(note.replace(f"\n{size}\n", f"\n{size + 1}\n", 1), ORIGIN, [KEY.public_key])


def test_witnesses_may_sign_below_the_log_and_are_ignored() -> None:
    note = sign_checkpoint(Checkpoint(ORIGIN, 3, bytes(32)), KEY)
    witnessed = note + "— witness.example/w1 " + base64.b64encode(b"abcd" + bytes(64)).decode() + "\n"
    assert checkpoint_is_signed(witnessed, ORIGIN, [KEY.public_key])


def test_a_checkpoint_signed_by_the_go_notary_is_understood() -> None:
    # The note and key that Go's documentation of golang.org/x/mod/sumdb/note shows: our key ids must agree with it.
    key = base64.b64decode("ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
    signature = base64.b64decode("x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=")
    assert key_id("PeterNeumann", SignatureType.ED25519, key[1:]) == signature[:4]
    Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text.encode())


@pytest.mark.parametrize(
    "note",
    [
        "",
        "hello",
        "a\n1\nAAAA\n\n— a AAAA\n",
        "a\n01\n" + base64.b64encode(bytes(32)).decode() + "\n\n— a AAAAAAAA\n",
        "a\n-1\n" + base64.b64encode(bytes(32)).decode() + "\n\n— a AAAAAAAA\n",
        "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n- a AAAAAAAA\n",
        "a\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n— a AAAAAAAA",
        "a\r\n1\n" + base64.b64encode(bytes(32)).decode() + "\n\n— a AAAAAAAA\n",
        "a\n1\n" + "A" * 100_000 + "\n\n— a AAAAAAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(note: str) -> None:
    with pytest.raises(ValueError):
        read_checkpoint(note)


@given(st.integers(min_value=0, max_value=10**17), st.lists(st.binary(min_size=32, max_size=32), max_size=20))
def test_a_log_proof_is_read_as_it_was_written(index: int, hashes: list[bytes]) -> None:
    proof = InclusionProof(index, tuple(hashes), "some\nnote\n\n— a AAAA\n")
    assert read_proof(write_proof(proof)) == proof


@given(st.text())
def test_reading_any_text_as_a_log_proof_raises_nothing_but_value_errors(text: str) -> None:
    for read in (read_proof, read_checkpoint):
        try:
            read(text)
        except ValueError:
            continue


def test_an_entry_tells_what_happened_and_not_to_whom() -> None:
    address = "https://centre.example/certificates/1"
    entry = issue_entry(address, b"claims of Aigerim", binding_of(SALT, b'{"name":"Aigerim"}'))
    assert entry.startswith(b"sarap/v1 issue ")
    assert b"Aigerim" not in entry
    assert b"certificates" not in entry
    assert issue_entry(address, b"claims of Aigerim", binding_of(bytes(32), b'{"name":"Aigerim"}')) != entry
    assert issue_entry(address, b"claims of Berik", binding_of(SALT, b'{"name":"Aigerim"}')) != entry
    revoked = status_entry(Kind.REVOKE, address, 7, NOW, "copied", SALT)
    assert revoked.startswith(b"sarap/v1 revoke ")
    assert b"copied" not in revoked


def test_the_centres_log_proves_all_of_its_entries() -> None:
    centre = Centre()
    centre.log(f"more {number}".encode() for number in range(20))
    for index, entry in enumerate(centre.entries):
        proof = read_proof(centre.log_proof(index))
        checkpoint = read_checkpoint(proof.checkpoint)
        assert proves(proof, entry, checkpoint.size, checkpoint.root)
        assert not proves(proof, entry + b"!", checkpoint.size, checkpoint.root)
