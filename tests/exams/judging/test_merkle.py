"""The Merkle tree over test cases: laws, and the figures of RFC 6962's own test vectors."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.judging import merkle

ENTRIES = st.lists(st.binary(max_size=20), min_size=1, max_size=40)

VECTORS = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    bytes(range(0x60, 0x70)),
]
"""The leaves with which implementations of Certificate Transparency test their trees."""


def test_the_roots_are_those_of_other_implementations() -> None:
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert merkle.root(VECTORS[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert merkle.root(VECTORS[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert merkle.root(VECTORS).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(ENTRIES, st.data())
def test_every_entry_is_proved(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    proof = merkle.prove(entries, index)
    assert merkle.proves(proof, entries[index], merkle.root(entries))
    assert len(proof.path) <= len(entries).bit_length()


@given(ENTRIES, st.data())
def test_no_other_entry_place_size_or_path_is_proved(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    proof, root = merkle.prove(entries, index), merkle.root(entries)
    assert not merkle.proves(proof, entries[index] + b"!", root)
    assert not merkle.proves(replace(proof, path=(*proof.path, b"\0" * 32)), entries[index], root)
    assert not merkle.proves(replace(proof, index=-1), entries[index], root)
    assert not merkle.proves(replace(proof, index=proof.size), entries[index], root)
    if proof.path:
        assert not merkle.proves(replace(proof, path=proof.path[:-1]), entries[index], root)
        place = data.draw(st.integers(0, len(proof.path) - 1))
        changed = bytes([proof.path[place][0] ^ 1]) + proof.path[place][1:]
        path = (*proof.path[:place], changed, *proof.path[place + 1 :])
        assert not merkle.proves(replace(proof, path=path), entries[index], root)


@given(ENTRIES, st.data())
def test_a_change_anywhere_changes_the_root(entries: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    changed = [*entries[:index], entries[index] + b"\0", *entries[index + 1 :]]
    removed = [*entries[:index], *entries[index + 1 :]]
    assert len({merkle.root(entries), merkle.root(changed), merkle.root(removed), merkle.root([*entries, b""])}) == 4


def test_there_is_no_proof_of_what_is_not_there() -> None:
    with pytest.raises(IndexError):
        merkle.prove([b"one"], 1)
