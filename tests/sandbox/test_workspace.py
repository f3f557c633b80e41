"""What a validator's run finds beside its program, and what comes back of it."""

from typing import Final

import pytest

from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Exited, SourceFile, Workspace
from tests.sandbox.programs import accepted, program

pytestmark = pytest.mark.docker

LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=64)

SHOW: Final = """
import os, sys
folder = sys.argv[-1]
print(sys.argv[1:], sorted(os.listdir(".")), sorted(os.listdir(folder)))
for name in sys.argv[1:-1]:
    print(open(name).read())
open(os.path.join(folder, "score.txt"), "w").write("12")
os.symlink("/etc/passwd", os.path.join(folder, "link"))
os.mkdir(os.path.join(folder, "deeper"))
os.mkfifo(os.path.join(folder, "pipe"))
sys.exit(42)
"""


@pytest.fixture(params=["users_runner", "namespaces_runner", "gvisor_runner"])
def any_runner(request: pytest.FixtureRequest) -> DockerRunner:
    found: DockerRunner = request.getfixturevalue(request.param)
    return found


async def test_files_are_laid_and_those_of_one_folder_come_back(any_runner: DockerRunner) -> None:
    files = (SourceFile("in", b"3 4"), SourceFile("ans", b"7"), SourceFile("feedback/state", b"kept"))
    async with any_runner.load(program("python3", SHOW), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS, Workspace(("in", "ans", "feedback"), files, "feedback"))
        assert outcome.ending == Exited(42), outcome.stderr
        assert outcome.stdout == b"['in', 'ans', 'feedback'] ['ans', 'feedback', 'in'] ['state']\n3 4\n7\n"
        assert outcome.files == {"score.txt": b"12", "state": b"kept"}  # plain files only

        again = await accepted(loaded).run(b"", LIMITS, Workspace(("feedback",), (), "feedback"))
        assert again.stdout == b"['feedback'] ['feedback'] []\n"  # the folder is made, and nothing of before is in it


async def test_a_file_of_a_megabyte_goes_there_and_back(docker_runner: DockerRunner) -> None:
    source = "import shutil\nshutil.copy('in', 'feedback/nextpass.in')\n"
    content = bytes(range(256)) * 4096 * 4
    async with docker_runner.load(program("python3", source), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS, Workspace((), (SourceFile("in", content),), "feedback"))
        assert outcome.files == {"nextpass.in": content}


async def test_a_validators_files_are_gone_before_the_next_program(docker_runner: DockerRunner) -> None:
    look = "import os\nprint(os.listdir('/tmp'), os.listdir('/box'))\n"
    async with docker_runner.load(program("python3", "pass\n"), LIMITS) as loaded:
        await accepted(loaded).run(b"", LIMITS, Workspace((), (SourceFile("feedback/secret", b"7"),), "feedback"))
    async with docker_runner.load(program("python3", look), LIMITS) as loaded:
        assert (await accepted(loaded).run(b"", LIMITS)).stdout == b"[] ['main.py']\n"
