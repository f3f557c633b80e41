"""How long compiling takes in the sandbox, against the plain compiler on the same machine and from the same image.

The plain side spawns the compiler bare, inside the image's own file system (`bare.py`), with what the image adds for speed
taken away: C++ without the precompiled header, Java by `javac` itself. Ours is what a candidate waits for: files into the
sandbox, compiling, and the log back; and once more with the compile cache, which then knows the source.

    python -m bench.compiling [ROUNDS]
"""

import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import uvloop

from bench.bare import Bare, Command, exported
from bench.machine import described
from bench.rows import Row, middle, p95, printed
from sandbox import images, languages
from sandbox.compile_cache import CompileCache
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Program, Rejected, SourceFile

ROUNDS: Final = 9
WARM_UP: Final = 2
LIMITS: Final = Limits(cpu_time_ms=2000, memory_mib=256)
CPP_RATIO: Final = 0.35
JAVA_RATIO: Final = 0.7
CACHED_MS: Final = 10
"""An identical source again costs putting files into the sandbox; a compiler would not even have started."""

CPP: Final = """\
#include <bits/stdc++.h>

int main() {
    std::map<std::string, std::vector<int>> seen;
    std::string word;
    for (int at = 0; std::cin >> word; ++at) seen[word].push_back(at);
    for (const auto& [name, places] : seen) std::cout << name << ' ' << places.size() << '\\n';
}
"""
JAVA: Final = """\
import java.util.*;

public class Main {
    public static void main(String[] arguments) {
        Map<String, List<Integer>> seen = new TreeMap<>();
        Scanner input = new Scanner(System.in);
        for (int at = 0; input.hasNext(); at++) seen.computeIfAbsent(input.next(), word -> new ArrayList<>()).add(at);
        seen.forEach((name, places) -> System.out.println(name + " " + places.size()));
    }
}
"""
PLAIN: Final = {
    "cpp": Command(("/usr/bin/g++-14", "-std=c++23", "-O2", "-pipe", "-static", "-o", "/program", "/main.cpp")),
    "java": Command(("/usr/bin/javac", "-d", "/classes", "/Main.java")),
}
SOURCES: Final = {"cpp": ("main.cpp", CPP), "java": ("Main.java", JAVA)}


@contextmanager
def plain_root(code: str) -> Generator[Path]:
    """The image's file system with the source in it, and without what the image adds for speed."""
    name, source = SOURCES[code]
    with exported(images.tag(languages.catalogue()[code].image)) as root:
        (root / name).write_text(source, "utf-8")
        (root / "tmp").mkdir(exist_ok=True)
        for header in root.glob("usr/include/**/stdc++.h.gch"):
            header.unlink()
        subprocess.run(["mount", "--types", "proc", "proc", str(root / "proc")], check=True)
        try:
            yield root
        finally:
            subprocess.run(["umount", str(root / "proc")], check=True)


async def compiled_ms(runner: DockerRunner, code: str, source: str) -> tuple[float, bool]:
    """How long loading a program takes, in ms, and whether its compilation was known."""
    language = languages.catalogue()[code]
    program = Program(language, (SourceFile(SOURCES[code][0], source.encode()),))
    started = time.perf_counter()
    async with runner.load(program, LIMITS) as loaded:
        taken = (time.perf_counter() - started) * 1000
        if isinstance(loaded, Rejected):
            raise SystemExit(loaded.log)
        return taken, loaded.evidence.from_cache


async def measure(bare: Bare, code: str, rounds: int) -> tuple[list[float], list[float], list[float]]:
    """(compiled in the sandbox, the same source again, the plain compiler), in ms."""
    ours: list[float] = []
    again: list[float] = []
    plain: list[float] = []
    with tempfile.TemporaryDirectory(prefix="sarap-bench-") as folder:
        runner = DockerRunner(1, cache=CompileCache(Path(folder)))
        try:
            for turn in range(WARM_UP + rounds):
                source = f"{SOURCES[code][1]}\n// {turn}\n"
                baseline = bare.run_ms(0)
                first, known = await compiled_ms(runner, code, source)
                second, known_again = await compiled_ms(runner, code, source)
                if known or not known_again:
                    raise SystemExit("the compile cache knows what it should not, or the other way round")
                if turn >= WARM_UP:
                    plain.append(baseline)
                    ours.append(first)
                    again.append(second)
        finally:
            await runner.close()
    return ours, again, plain


def rows_of(code: str, aim: float, ours: list[float], again: list[float], plain: list[float]) -> list[Row]:
    """Compiled, and compiled again."""
    name = languages.catalogue()[code].name
    baseline, high = middle(plain), p95(plain)
    mine, second = middle(ours), middle(again)
    return [
        Row(f"{name} compile", mine, p95(ours), baseline, high, "ms", f"≤ {aim} × plain compiler", mine <= aim * baseline),
        Row(
            f"{name}, same source",
            second,
            p95(again),
            baseline,
            high,
            "ms",
            f"no compile: ≤ {CACHED_MS} ms",
            second <= CACHED_MS,
        ),
    ]


def main(rounds: int) -> None:
    """Measure both languages and print the table."""
    asyncio.run(images.ensure(list(PLAIN), lambda line: print(line, file=sys.stderr)))
    rows: list[Row] = []
    for code, aim in (("cpp", CPP_RATIO), ("java", JAVA_RATIO)):
        with plain_root(code) as root:
            bare = Bare(root, [PLAIN[code]])  # before the event loop and its threads
            try:
                rows += rows_of(code, aim, *uvloop.run(measure(bare, code, rounds)))
            finally:
                bare.close()
    print(described())
    print(printed(rows))
    print(json.dumps({"rows": [row.as_json() for row in rows]}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
