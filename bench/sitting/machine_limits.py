"""What a process of a benchmark needs from the machine."""

import resource


def allow_files() -> None:
    """Take as many open files as the machine allows: each connection is one."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
