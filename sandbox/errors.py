"""What can go wrong in the sandbox that is nobody's program's fault.

    SandboxError
    ├── SandboxUnavailable   no image, no free slot in time: try again later
    │   ├── EngineAway       no engine answers at all: wait for it, whoever's program is next
    │   └── SandboxDisturbed the machine does not become quiet enough to call a program too slow
    ├── SandboxBroken        the engine or the supervisor answered nonsense: the slot is thrown away, try again
    ├── ProgramTooLarge      the program is over a named limit (refused before anything runs)
    └── BadFileName          a file of the program has a name that is not plain (refused before anything runs)

None of them ever becomes a verdict: the caller retries, then holds the result.
"""


class SandboxError(Exception):
    """Base of the tree. `code` is stable: logs, metrics and problem pages use it."""

    code = "sandbox-error"


class SandboxUnavailable(SandboxError):
    """An image is missing, no slot became free in time, or, more exactly, `EngineAway`."""

    code = "sandbox-unavailable"


class EngineAway(SandboxUnavailable):
    """No engine answers. It has nothing to do with the program that was to run, so it counts as nobody's failed attempt."""

    code = "engine-away"


class SandboxDisturbed(SandboxUnavailable):
    """A run has to be repeated on a quiet machine, and the machine is not: no verdict about time can be given now."""

    code = "sandbox-disturbed"


class SandboxBroken(SandboxError):
    """The engine or the supervisor broke the protocol or died in the middle of a run."""

    code = "sandbox-broken"


class ProgramTooLarge(SandboxError):
    """A program is larger than `limits.PROGRAM_MAX_BYTES` or has more files than `limits.PROGRAM_MAX_FILES`."""

    code = "program-too-large"


class BadFileName(SandboxError):
    """A file's name has a folder in it, begins with a dot or a dash, is too long, or occurs twice; see `runner.SourceFile`."""

    code = "bad-file-name"
