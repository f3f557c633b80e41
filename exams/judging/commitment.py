"""What a judging record says of a dataset: two hashes that bind every byte of how it judges, and show none.

The cases are the leaves of a Merkle tree, samples first, then the secret cases in judging order. A leaf is the canonical
document of one case: its name, whether it is a sample, digest and length of its input and answer, and whatever else the dataset
gives a case (its program's arguments):

    {"answer":{"bytes":2,"sha256":"…"},"input":{"bytes":4,"sha256":"…"},"name":"secret/1","sample":false}

Everything else (kind, checker options, the validator's files, limits, groups and what each is worth) is one document, the
*settings*, and its SHA-256 stands beside the root. The two are kept apart, so that on an appeal one case can be shown and
proved (`prove_case`, `proves_case`) without a word about the others.

A leaf has no salt: who sees hashes and can guess a whole input and its answer can make sure of the guess. So hashes of secret
cases go to the registrar and to whoever examines an appeal, and nowhere else.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, cast

import msgspec

from exams.judging import merkle
from exams.judging.canonical import canonical, plain, sha256
from exams.judging.merkle import InclusionProof
from exams.tasks.dataset import Dataset, TestCase, TestGroup


@dataclass(frozen=True, slots=True)
class Commitment:
    """A dataset in two hashes, both in hexadecimal: `cases_root` over its `case_count` cases, and that of its settings."""

    cases_root: str
    case_count: int
    settings_sha256: str


def commit(dataset: Dataset) -> Commitment:
    """The hashes of a dataset."""
    leaves = [canonical(case) for case in cases_of(dataset)]
    return Commitment(merkle.root(leaves).hex(), len(leaves), sha256(canonical(settings_of(dataset))))


def cases_of(dataset: Dataset) -> list[dict[str, Any]]:
    """Every case as its leaf says it, in the order of the tree."""
    samples = [{"sample": True, **plain(case)} for case in dataset.samples]
    return samples + [{"sample": False, **plain(case)} for case in dataset.secret.all_cases()]


def settings_of(dataset: Dataset) -> dict[str, Any]:
    """Everything but the cases, which stand in it by their names."""
    return cast("dict[str, Any]", _by_name(dataset))


def prove_case(dataset: Dataset, name: str) -> tuple[dict[str, Any], InclusionProof]:
    """One case as its leaf says it, and the proof that it is the dataset's. Raises `KeyError` if there is no such case."""
    cases = cases_of(dataset)
    index = next((place for place, case in enumerate(cases) if case["name"] == name), None)
    if index is None:
        raise KeyError(name)
    return cases[index], merkle.prove([canonical(case) for case in cases], index)


def proves_case(cases_root: str, case: Mapping[str, Any], proof: InclusionProof) -> bool:
    """Whether a case that is shown, as `prove_case` gives it, belongs to the dataset with this root."""
    return merkle.proves(proof, canonical(case), bytes.fromhex(cases_root))


def contents_of(dataset: Dataset) -> dict[str, bytes]:
    """Every input, answer and file of a dataset by its digest: what `dataset_from` needs to make it again."""
    return {sha256(content): content for content in _contents(dataset)}


def dataset_from(settings: dict[str, Any], cases: list[dict[str, Any]], contents: Mapping[str, bytes]) -> Dataset:
    """The dataset that `settings_of`, `cases_of` and `contents_of` took apart.

    Raises `KeyError` for bytes that are not there, and `ValueError` if the two documents are not those of a dataset.
    """
    filled = {case["name"]: {name: value for name, value in case.items() if name != "sample"} for case in cases}
    try:
        return msgspec.convert(_filled(_with_cases(settings, filled), contents), Dataset, builtin_types=(bytes,), strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"not a dataset: {error}") from error


def _by_name(value: object) -> Any:
    match value:
        case TestCase():
            return value.name
        case Dataset() | TestGroup():
            return {field.name: _by_name(getattr(value, field.name)) for field in fields(value)}
        case tuple():
            return [_by_name(one) for one in cast("tuple[object, ...]", value)]
        case _:
            return plain(value)


def _contents(value: object) -> Iterator[bytes]:
    match value:
        case bytes():
            yield value
        case tuple():
            for one in cast("tuple[object, ...]", value):
                yield from _contents(one)
        case _ if is_dataclass(value):
            for field in fields(value):
                yield from _contents(getattr(value, field.name))
        case _:
            pass


def _with_cases(settings: dict[str, Any], cases: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    def group(outline: dict[str, Any]) -> dict[str, Any]:
        inner = [group(one) for one in outline["groups"]]
        return outline | {"cases": [cases[name] for name in outline["cases"]], "groups": inner}

    return settings | {"samples": [cases[name] for name in settings["samples"]], "secret": group(settings["secret"])}


def _filled(value: Any, contents: Mapping[str, bytes]) -> Any:
    match value:
        case {"bytes": int(), "sha256": str(digest)} if len(value) == 2:
            return contents[digest]
        case dict():
            return {name: _filled(one, contents) for name, one in cast("dict[str, Any]", value).items()}
        case list():
            return [_filled(one, contents) for one in cast("list[Any]", value)]
        case _:
            return value
