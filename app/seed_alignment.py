"""What the demo scheme corresponds to. Its centre is made up, and so is its claim; the frameworks and their codes are not.

The text of e-CF belongs to CEN, so only codes and levels are named. No professional standard for developers of software is
among those that order 569 of 10 November 2025 approves, so the demo names none.
"""

from typing import Final

from exams.papers.alignment import Alignment, Competence
from exams.papers.rules import Identity, Rules

_E_CF: Final = "European e-Competence Framework (EN 16234-1:2019)"
_E_CF_URL: Final = "https://ecfexplorer.itprofessionalism.org/"

DEVELOPING: Final = Alignment(_E_CF, "B.1 e-1", "B.1 Application Development, level e-1", _E_CF_URL)
TESTING: Final = Alignment(_E_CF, "B.3 e-1", "B.3 Testing, level e-1", _E_CF_URL)

JUNIOR_RULES: Final = Rules(
    identity=Identity.DOCUMENT,
    alignments=(
        Alignment(
            "National Qualifications Framework of the Republic of Kazakhstan",
            "4",
            "Level 4 of 8",
            "https://adilet.zan.kz/eng/docs/Z2300000014",
        ),
        Alignment(
            "ESCO occupations",
            "2512.4",
            "software developer",
            "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1",
        ),
    ),
    competences=(
        Competence("strings-and-validation", "Strings and validation", 60, (DEVELOPING, TESTING)),
        Competence("data-processing", "Data processing", 60, (DEVELOPING,)),
        Competence("algorithms", "Algorithms", 60, (DEVELOPING,)),
    ),
)
