"""The log as it grows: consistency proofs, tiles, and the witnesses who watch that nothing is taken away."""

import base64
from http import HTTPStatus

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from certificates.log.checkpoint import Checkpoint, sign_checkpoint
from certificates.log.cosignature import WitnessKey, cosign, cosigners, read_witness_key
from certificates.log.merkle import (
    Node,
    consistency_proof,
    is_consistent,
    leaf_hash,
    nodes_for_consistency,
    nodes_for_root,
    nodes_on_append,
    nodes_on_appends,
    root,
    siblings_on_append,
)
from certificates.log.note import SignatureType, read_note, write_note
from certificates.log.tiles import (
    TILE_WIDTH,
    Tile,
    is_of,
    node_of,
    read_entries,
    read_path,
    tile_holding,
    tiles_of,
    write_entries,
    write_tile,
)
from certificates.log.witness import NOTHING, Refused, Seen, consider, read_request, write_request
from tests.certificates.centre import NOW, signer

ORIGIN = "centre.example/log"
LOG = signer("log", "a log")
LARGEST = 600


def grow(size: int) -> dict[Node, bytes]:
    stored: dict[Node, bytes] = {}
    for index in range(size):
        needed = {node: stored[node] for node in siblings_on_append(index)}
        stored |= nodes_on_append(index, leaf_hash(f"entry {index}".encode()), needed)
    return stored


TREE = grow(LARGEST)
SIZES = st.integers(0, LARGEST)
ED25519 = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ML_DSA = MLDSA44PrivateKey.from_seed_bytes(bytes(range(32)))
W1 = WitnessKey("witness.example/w1", SignatureType.ED25519_COSIGNATURE, ED25519.public_key().public_bytes_raw())
W2 = WitnessKey("witness.example/w2", SignatureType.ML_DSA_44_COSIGNATURE, ML_DSA.public_key().public_bytes_raw())
SIGN = {W1: ED25519.sign, W2: ML_DSA.sign}
BOTH = pytest.mark.parametrize("witness", [W1, W2], ids=["ed25519", "ml-dsa-44"])


def signed(size: int, value: bytes | None = None) -> str:
    return sign_checkpoint(Checkpoint(ORIGIN, size, value or root(size, TREE)), LOG)


def proof_between(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, {node: TREE[node] for node in nodes_for_consistency(old, new)})


@given(SIZES, SIZES)
def test_every_tree_is_shown_to_continue_every_earlier_one(one: int, other: int) -> None:
    old, new = sorted((one, other))
    proof = proof_between(old, new)
    assert is_consistent(old, root(old, TREE), new, root(new, TREE), proof)
    assert len(proof) <= new.bit_length() + 1


@given(st.integers(1, LARGEST - 1), st.integers(1, LARGEST), st.data())
def test_a_tree_that_lost_or_changed_a_leaf_is_not_shown_to_continue_it(old: int, new: int, data: st.DataObject) -> None:
    old, new = sorted((old, max(new, old + 1)))
    proof = proof_between(old, new)
    genuine, later = root(old, TREE), root(new, TREE)
    assert not is_consistent(old, bytes(32), new, later, proof)
    assert not is_consistent(old, genuine, new, bytes(32), proof)
    assert not is_consistent(old, genuine, new, later, proof[:-1])
    assert not is_consistent(old, genuine, new, later, [*proof, bytes(32)])
    place = data.draw(st.integers(0, len(proof) - 1))
    altered = [*proof]
    altered[place] = bytes(value ^ 1 for value in altered[place])
    assert not is_consistent(old, genuine, new, later, altered)


@given(SIZES, SIZES)
def test_many_leaves_at_once_make_the_nodes_that_they_make_one_by_one(one: int, other: int) -> None:
    start, end = sorted((one, other))
    needed = {node: TREE[node] for node in siblings_on_append(start, end - start)}
    leaves = [TREE[0, index] for index in range(start, end)]
    expected = {(level, position): TREE[level, position] for level, position in TREE if start < position + 1 << level <= end}
    assert nodes_on_appends(start, leaves, needed) == expected


@pytest.mark.parametrize(("old", "new"), [(3, 2), (-1, 2)])
def test_a_tree_never_continues_a_larger_one(old: int, new: int) -> None:
    assert not is_consistent(old, bytes(32), new, bytes(32), [])
    with pytest.raises(IndexError):
        consistency_proof(old, new, TREE)


def test_the_tiles_of_seventy_thousand_leaves_are_those_of_the_specification() -> None:
    hashes = [tile for tile in tiles_of(70_000) if tile.level is not None]
    assert sum(tile.level == 0 and tile.width == TILE_WIDTH for tile in hashes) == 273
    assert Tile(0, 273, 112) in hashes
    assert [tile for tile in hashes if tile.level] == [Tile(1, 0), Tile(1, 1, 17), Tile(2, 0, 1)]


def test_a_tree_of_two_hundred_and_fifty_six_leaves_has_a_full_tile_and_one_above() -> None:
    assert {tile.path for tile in tiles_of(256)} == {"tile/0/000", "tile/1/000.p/1", "tile/entries/000"}


def test_a_path_is_the_one_of_the_specification() -> None:
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert read_path("tile/0/x001/x234/067") == Tile(0, 1_234_067)
    assert read_path("tile/entries/000.p/5") == Tile(None, 0, 5)


@pytest.mark.parametrize(
    "path",
    [
        "tile/8/000",
        "tile/00/000",
        "tile/0/0",
        "tile/0/1000",
        "tile/0/x000/000",
        "tile/0/001/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/../0/000",
        "tile/0/000/",
        "tile/0/" + "x001/" * 9 + "000",
        "tile/entries/٠٠٠",
    ],
)
def test_a_second_way_to_write_a_path_is_no_path(path: str) -> None:
    assert read_path(path) is None


@given(SIZES)
def test_every_root_follows_from_the_tiles_alone(size: int) -> None:
    files = {tile.path: write_tile(tile, TREE) for tile in tiles_of(size) if tile.level is not None}
    found: dict[Node, bytes] = {}
    for node in nodes_for_root(size):
        tile = tile_holding(node, size)
        assert is_of(tile, size)
        found[node] = node_of(tile, files[tile.path], node)
    assert root(size, found) == root(size, TREE)


@given(SIZES, SIZES)
def test_a_copy_that_is_kept_up_to_date_has_every_tile(one: int, other: int) -> None:
    since, size = sorted((one, other))
    kept = {tile.path for tile in tiles_of(since)} | {tile.path for tile in tiles_of(size, since)}
    assert {tile.path for tile in tiles_of(size)} <= kept


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=TILE_WIDTH))
def test_entries_come_back_from_their_bundle(entries: list[bytes]) -> None:
    tile = Tile(None, 0, len(entries))
    written = write_entries(entries)
    assert read_entries(tile, written) == entries
    for broken in (written[:-1], written + b"\0", written + b"\0\0"):
        with pytest.raises(ValueError, match="not a bundle"):
            read_entries(tile, broken)


@BOTH
def test_a_cosignature_counts_for_its_checkpoint_and_for_no_other(witness: WitnessKey) -> None:
    note = read_note(signed(7))
    line = cosign(note, witness, SIGN[witness], NOW)
    cosigned = read_note(write_note(note.with_signatures([line])))
    assert [(found.witness, found.at) for found in cosigners(cosigned, [W1, W2])] == [(witness, NOW.replace(microsecond=0))]
    assert cosigners(read_note(signed(8)).with_signatures([line]), [W1, W2]) == ()
    assert cosigners(cosigned, []) == ()


@BOTH
def test_a_cosignature_with_another_time_is_none(witness: WitnessKey) -> None:
    note = read_note(signed(7))
    line = cosign(note, witness, SIGN[witness], NOW)
    later = type(line)(line.name, line.key_id, (int.from_bytes(line.data[:8]) + 1).to_bytes(8) + line.data[8:])
    assert cosigners(note.with_signatures([later]), [witness]) == ()
    short = type(line)(line.name, line.key_id, line.data[:-1])
    assert cosigners(note.with_signatures([short]), [witness]) == ()
    assert cosigners(note.with_signatures([line, later]), [witness]) == ()


def test_the_ml_dsa_cosignature_names_its_witness() -> None:
    note = read_note(signed(7))
    other = WitnessKey("witness.example/other", W2.kind, W2.public_key)
    line = cosign(note, W2, ML_DSA.sign, NOW)
    renamed = type(line)(other.name, other.id, line.data)
    assert cosigners(note.with_signatures([renamed]), [other]) == ()


@BOTH
def test_a_witnesss_key_is_read_as_it_was_written(witness: WitnessKey) -> None:
    assert read_witness_key(witness.text + "\n") == witness


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+",
        "name+00000000+" + base64.b64encode(b"\x04" + bytes(31)).decode(),
        "name+00000000+" + base64.b64encode(b"\x04" + bytes(32)).decode(),
        "name+00000000+" + base64.b64encode(b"\x01" + bytes(32)).decode(),
        "name+00000000+" + base64.b64encode(b"\x77" + bytes(32)).decode(),
    ],
    ids=["empty", "no-id", "no-key", "empty-key", "short-key", "another-id", "not-a-witness", "unknown-kind"],
)
def test_what_is_no_witnesss_key_is_refused(line: str) -> None:
    with pytest.raises(ValueError):
        read_witness_key(line)


def ask(old: int, new: str, proof: list[bytes], seen: dict[str, Seen]) -> Checkpoint:
    return consider(read_request(write_request(old, proof, new)), {ORIGIN: [LOG.public_key]}, seen)


@given(SIZES, SIZES)
def test_a_witness_cosigns_what_continues_its_last_checkpoint(one: int, other: int) -> None:
    old, new = sorted((one, other))
    seen = {ORIGIN: Seen(old, root(old, TREE))} if old else {}
    assert ask(old, signed(new), proof_between(old, new), seen) == Checkpoint(ORIGIN, new, root(new, TREE))


def refusal(old: int, new: str, proof: list[bytes], seen: dict[str, Seen]) -> Refused:
    with pytest.raises(Refused) as refused:
        ask(old, new, proof, seen)
    return refused.value


def test_a_witness_tells_a_log_that_is_behind_where_it_stands() -> None:
    seen = {ORIGIN: Seen(5, root(5, TREE))}
    answer = refusal(0, signed(9), [], seen)
    assert (answer.status, answer.size) == (HTTPStatus.CONFLICT, 5)


def test_a_witness_refuses_a_fork_of_the_same_size() -> None:
    seen = {ORIGIN: Seen(5, root(5, TREE))}
    assert refusal(5, signed(5, bytes(32)), [], seen).status == HTTPStatus.CONFLICT


def test_a_witness_refuses_a_log_that_rewrote_its_past() -> None:
    seen = {ORIGIN: Seen(5, bytes(32))}
    assert refusal(5, signed(9), proof_between(5, 9), seen).status == HTTPStatus.UNPROCESSABLE_ENTITY


def test_a_witness_refuses_a_log_that_shrank() -> None:
    seen = {ORIGIN: Seen(9, root(9, TREE))}
    assert refusal(9, signed(5), [], seen).status == HTTPStatus.BAD_REQUEST


def test_a_witness_does_not_know_other_logs() -> None:
    other = sign_checkpoint(Checkpoint("elsewhere.example/log", 1, bytes(32)), LOG)
    assert refusal(0, other, [], {}).status == HTTPStatus.NOT_FOUND


def test_a_witness_refuses_what_the_log_did_not_sign() -> None:
    thief = signer("log", "a thief")
    forged = sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), thief)
    assert refusal(0, forged, [], {}).status == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    "body",
    ["", "old 1", "old 01\n\n", "old -1\n\n", "new 1\n\n", "old 1\nnot base64!\n\n", "old 1\nAAAA\n\n", "old 0\n\nno note"],
)
def test_a_request_in_another_form_is_a_bad_request(body: str) -> None:
    with pytest.raises(Refused) as refused:
        read_request(body)
    assert refused.value.status == HTTPStatus.BAD_REQUEST


def test_a_request_with_a_proof_longer_than_any_is_a_bad_request() -> None:
    with pytest.raises(Refused) as refused:
        read_request(write_request(1, [bytes(32)] * 64, signed(9)))
    assert refused.value.status == HTTPStatus.BAD_REQUEST


def test_a_log_that_was_never_seen_begins_with_nothing() -> None:
    assert NOTHING.size == 0
    assert ask(0, signed(3), [], {}).size == 3


def test_a_note_keeps_each_signature_once() -> None:
    note = read_note(signed(3))
    assert note.with_signatures(note.signatures) == note
