"""Browser Exam Keys of a scheme: one for each build and platform of the Safe Exam Browser that a centre knows; optional.

A key belongs to a build and to one configuration file, and builds have sent wrong ones
(SafeExamBrowser/seb-win-refactoring#595, #883). So a key that fits raises the level of proof, and one that does not holds
nobody: the proctors see how many there are.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from exams.errors import InvalidInput
from exams.ids import AccountId, SchemeId
from exams.words import written

NAME_MAX_CHARS: Final = 80
"""Such as "Windows 3.9.0, centre's laptops"."""

KEYS_MAX: Final = 50
"""Of one scheme at a time: three platforms with some builds each. Each is tried with every check."""

HEX: Final = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ExamKey:
    """One key, with the name that people know it by. It counts until it expires or is withdrawn."""

    exam_key_id: UUID
    scheme_id: SchemeId
    name: str
    key: str
    expires_at: datetime
    added_by: AccountId
    added_at: datetime
    withdrawn_at: datetime | None = None

    def counts(self, now: datetime) -> bool:
        """Whether a check may rely on it at `now`."""
        return self.withdrawn_at is None and now < self.expires_at


def new_key(
    scheme_id: SchemeId, name: str, key: str, expires_at: datetime, added_by: AccountId, now: datetime, *, known: int
) -> ExamKey:
    """A key to add to the `known` ones that count. Raises `InvalidInput` for what is not one."""
    words = written("name", " ".join(name.split()), NAME_MAX_CHARS)
    typed = key.strip().lower()
    if HEX.fullmatch(typed) is None:
        raise InvalidInput("key", "malformed")
    if expires_at <= now:
        raise InvalidInput("expires_on", "out-of-range")
    if known >= KEYS_MAX:
        raise InvalidInput("key", "too-many", KEYS_MAX)
    return ExamKey(uuid4(), scheme_id, words, typed, expires_at, added_by, now)
