"""Frames: what is packed is read again, and nonsense is refused."""

import re
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sandbox
from sandbox import protocol
from sandbox.errors import SandboxBroken
from sandbox.protocol import BoxFile, Flag, RunReport, RunRequest


def test_the_example_of_the_header_is_what_is_sent() -> None:
    request = RunRequest(("/bin/true",), cpu_kill_ms=3000, wall_ms=5000, processes=64, output_max_bytes=8 * 2**20)
    frame = protocol.execute(request, b"")
    assert (
        frame
        == bytes.fromhex("2a000000 58 63000000 b80b0000 88130000 40000000 00008000 0a000000 00000000 00000000") + b"/bin/true\0"
    )
    assert protocol.read_head(frame[: protocol.HEAD_SIZE]) == (protocol.EXECUTE, 42)


def test_standard_input_is_the_end_of_the_frame() -> None:
    request = RunRequest(("/bin/cat",), cpu_kill_ms=1, wall_ms=2, processes=3, output_max_bytes=4, builder=True)
    frame = protocol.execute(request, b"in\0put")
    assert frame.endswith(b"/bin/cat\0in\0put")
    assert frame[protocol.HEAD_SIZE] == ord("b")


def test_a_file_is_named_and_then_follows() -> None:
    assert protocol.put("main.py", b"print()") == b"\x10\0\0\0P\0\x07main.pyprint()"
    assert protocol.put("run", b"\x7fELF", executable=True) == b"\x09\0\0\0P\x01\x03run\x7fELF"
    assert protocol.lay("feedback/next", b"") == b"\x0f\0\0\0F\0\x0dfeedback/next"


@given(
    numbers=st.tuples(*[st.integers(0, 2**32 - 1)] * 3, *[st.integers(0, 2**64 - 1)] * 8),
    flags=st.integers(0, 255),
    disk_read_kib=st.integers(0, 2**32 - 1),
    stdout=st.binary(),
    stderr=st.binary(),
)
def test_a_report_is_read_as_it_was_written(
    numbers: tuple[int, ...], flags: int, disk_read_kib: int, stdout: bytes, stderr: bytes
) -> None:
    status, exec_error, oom_kills, cpu_us, wall_us, peak_kib, *noise = numbers
    counters = (cpu_us, wall_us, peak_kib, *noise)
    fixed = struct.pack("<4I8Q4I", status, flags, exec_error, oom_kills, *counters, len(stdout), len(stderr), 0, disk_read_kib)
    delay_us, stolen_us, kernel_us, page_faults, ended_at_us = noise
    expected = RunReport(
        status,
        Flag(flags),
        exec_error,
        oom_kills,
        cpu_us,
        wall_us,
        peak_kib,
        stdout,
        stderr,
        run_delay_us=delay_us,
        stolen_us=stolen_us,
        kernel_us=kernel_us,
        page_faults=page_faults,
        disk_read_kib=disk_read_kib,
        ended_at_us=ended_at_us,
    )
    assert protocol.report(fixed + stdout + stderr) == expected


@given(st.binary(max_size=200))
def test_a_report_that_does_not_add_up_is_refused(payload: bytes) -> None:
    try:
        report = protocol.report(payload)
    except SandboxBroken:
        return
    assert len(payload) >= 96 + len(report.stdout) + len(report.stderr)


FILES = st.lists(
    st.builds(BoxFile, st.text("abc.é", min_size=1, max_size=40), st.binary(max_size=300), st.booleans()), max_size=5
)


@given(FILES)
def test_an_archive_is_read_as_it_was_written(files: list[BoxFile]) -> None:
    written = b"".join(
        struct.pack("<BBI", file.executable, len(file.name.encode()), len(file.content)) + file.name.encode() + file.content
        for file in files
    )
    assert protocol.archive(written) == tuple(files)
    if written:
        with pytest.raises(SandboxBroken):
            protocol.archive(written[:-1] if files[-1].content else written + b"x")


def test_the_header_and_the_python_side_agree() -> None:
    header = (Path(sandbox.__file__).parent / "supervisor" / "protocol.h").read_text()
    values = dict(re.findall(r"^#define (\w+) (\S+)", header, re.MULTILINE))
    assert int(values["PROTOCOL_VERSION"]) == protocol.VERSION
    assert int(values["FRAME_HEAD_SIZE"]) == protocol.HEAD_SIZE
    for flag in Flag:
        assert int(values[str(flag.name)].rstrip("u")) == flag.value
    kinds = {"PUT": protocol.PUT, "EXECUTE": protocol.EXECUTE, "RESET": protocol.RESET, "HELLO": protocol.HELLO}
    kinds |= {"OK": protocol.DONE, "ENDED": protocol.ENDED, "ERROR": protocol.ERROR}
    for name, kind in kinds.items():
        assert values[f"KIND_{name}"] == f"'{kind.decode()}'"


@pytest.mark.parametrize("size", [0, 47])
def test_a_short_report_is_refused(size: int) -> None:
    with pytest.raises(SandboxBroken):
        protocol.report(b"\0" * size)
