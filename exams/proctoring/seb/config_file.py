"""A configuration as a file that the Safe Exam Browser opens: `gzip(prefix + payload)`.

Written without a password: `plnd` and the compressed property list. What is in it is no secret from the candidate, whose
attempt it is; and a password would have to be told to the same person.
"""

import gzip
import plistlib
from collections.abc import Mapping
from typing import Final

from exams.proctoring.seb.config_key import Value

MEDIA_TYPE: Final = "application/seb"
PLAIN: Final = b"plnd"


def config_file(settings: Mapping[str, Value]) -> bytes:
    """The file. The same settings give the same bytes."""
    inner = gzip.compress(plistlib.dumps(dict(settings), fmt=plistlib.FMT_XML, sort_keys=True), mtime=0)
    return gzip.compress(PLAIN + inner, mtime=0)
