"""Right and wrong programs for whatever task an item holds: the reference solutions of the example packages."""

from typing import Any

from app import seed
from app.demo.path import in_folder, source_of
from exams.authoring.package import Package, read_package
from exams.authoring.solutions import ReferenceSolution

PACKAGES: dict[str, Package] = {package.names["en"]: package for package in map(read_package, seed.folders())}


def solution(item: dict[str, Any], folder: str = "accepted", language: str | None = None) -> tuple[str, str]:
    """Language and source of a reference solution for this item, e.g. `solution(item, "wrong_answer")`."""
    found: ReferenceSolution | None = in_folder(PACKAGES[item["names"]["en"]], folder, language)
    assert found is not None, f"{item['names']['en']} has no {folder} in {language}"
    return found.program.language.code, source_of(found)
