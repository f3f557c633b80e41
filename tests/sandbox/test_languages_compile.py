"""What is baked into the images is used, what makes compiling quick changes nothing, and a compiler runs no stranger's code."""

from dataclasses import replace
from typing import Final

import pytest

from sandbox import languages
from sandbox.docker_runner import DockerRunner
from sandbox.languages import Language
from sandbox.limits import Limits
from sandbox.runner import Exited, Loaded, Program, Rejected, SourceFile
from tests.sandbox.programs import accepted

pytestmark = pytest.mark.docker

LIMITS: Final = Limits(cpu_time_ms=20_000, memory_mib=512)
WARM_US: Final = 2_500_000
"""CPU time of a Go compilation from the cache is 0.2 s; without it fmt alone takes 6 s."""


OWN_PROTOCOL: Final = """
defmodule P do
  defstruct [:x]
end

defimpl String.Chars, for: P do
  def to_string(p), do: "#{p.x}"
end

IO.write("#{struct(P, x: 6)}")
"""


def language_of(code: str) -> Language:
    return languages.catalogue()[code]


def program(language: Language, source: str | None = None, **others: str) -> Program:
    files = [SourceFile(language.entry, (language.template if source is None else source).encode())]
    files += [SourceFile(name.replace("_dot_", "."), text.encode()) for name, text in others.items()]
    return Program(language, tuple(files))


def log_of(loaded: Loaded | Rejected) -> str:
    assert isinstance(loaded, Rejected)
    return loaded.log


async def output(runner: DockerRunner, asked: Program, stdin: bytes = b"") -> str:
    async with runner.load(asked, LIMITS) as loaded:
        outcome = await accepted(loaded).run(stdin, LIMITS)
        assert outcome.ending == Exited(0), outcome.stderr
        return outcome.stdout.decode()


async def test_the_precompiled_header_is_the_one_that_the_flags_want(docker_runner: DockerRunner) -> None:
    cpp = language_of("cpp")
    async with docker_runner.load(program(replace(cpp, compile=(*cpp.compile, "-Winvalid-pch"))), LIMITS) as loaded:
        assert accepted(loaded).compile_log == ""


async def test_java_and_its_compiler_start_from_their_archives(docker_runner: DockerRunner) -> None:
    java = language_of("java")
    strict = replace(
        java,
        compile=(java.compile[0], "-XX:AOTMode=on", *java.compile[1:]),
        run=(java.run[0], "-XX:AOTMode=on", *java.run[1:]),
    )
    assert await output(docker_runner, program(strict), b"one two") == "2\n"


async def test_go_compiles_from_its_cache(docker_runner: DockerRunner) -> None:
    go = language_of("go")
    compiles = replace(go, run=tuple("/tmp/program" if word == "/box/program" else word for word in go.compile))
    async with docker_runner.load(program(compiles), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
    assert outcome.ending == Exited(0), outcome.stderr
    assert outcome.usage.cpu_time_us < WARM_US


async def test_swift_builds_no_module_of_c_anew(docker_runner: DockerRunner) -> None:
    swift = language_of("swift")
    telling = replace(swift, compile=(*swift.compile, "-Xcc", "-Rmodule-build"))
    async with docker_runner.load(program(telling, "import Foundation\nprint(sqrt(4.0))\n"), LIMITS) as loaded:
        assert accepted(loaded).compile_log == ""


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("public class Solution { public static void main(String[] args) { System.out.print(1); } }", "1"),
        ("class A {} class B { public static void main(String[] args) { System.out.print(2); } }", "2"),
        ("class A { static void main() { System.out.print(3); } }", "3"),
        ("void main() { IO.print(4); }", "4"),
        ("interface A { static void main(String[] args) { System.out.print(5); } }", "5"),
        ("package of.mine; public class A { public static void main(String[] args) { System.out.print(6); } }", "6"),
        ("abstract class A { public static void main(String[] a) { System.out.print(7); } } class B extends A {}", "7"),
        ("enum E { X; public static void main(String... args) { System.out.print(8); } }", "8"),
        ("class Бастау { void main() { System.out.print(9); } }", "9"),
        ("class A { private static void main(String[] a) {} } class B { void main() { System.out.print(10); } }", "10"),
    ],
)
async def test_java_starts_the_first_class_that_has_a_main_method(docker_runner: DockerRunner, source: str, shown: str) -> None:
    assert await output(docker_runner, program(language_of("java"), source)) == shown


async def test_java_without_a_main_method_is_a_compile_error(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program(language_of("java"), "class Main { int main() { return 1; } }"), LIMITS) as loaded:
        assert log_of(loaded) == "Main.java: error: no class has a main method\n"


async def test_java_runs_no_annotation_processor_of_the_program(docker_runner: DockerRunner) -> None:
    source = """
        import java.util.Set;
        import javax.annotation.processing.*;
        import javax.lang.model.element.TypeElement;

        @SupportedAnnotationTypes("*")
        public class Main extends AbstractProcessor {
            static { System.err.println("ran"); }
            public boolean process(Set<? extends TypeElement> types, RoundEnvironment round) { return false; }
            public static void main(String[] args) { System.out.print("run"); }
        }
    """
    async with docker_runner.load(program(language_of("java"), source), LIMITS) as loaded:
        assert "ran" not in accepted(loaded).compile_log
        assert (await accepted(loaded).run(b"", LIMITS)).stdout == b"run"


async def test_go_compiles_no_c(docker_runner: DockerRunner) -> None:
    source = 'package main\n\n// #include "/etc/passwd"\nimport "C"\n\nfunc main() {}\n'
    async with docker_runner.load(program(language_of("go"), source), LIMITS) as loaded:
        assert log_of(loaded) == "go: no Go source files\n"  # a file that needs C is none of its


async def test_go_takes_no_settings_from_the_program(docker_runner: DockerRunner) -> None:
    source = 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Print(1) }\n'
    module = "module x\n\ngo 1.24\n\ntoolchain go1.99.0\n"
    async with docker_runner.load(program(language_of("go"), source, go_dot_mod=module), LIMITS) as loaded:
        assert not isinstance(loaded, Rejected) or "toolchain" in loaded.log


async def test_typescript_types_are_checked_strictly(docker_runner: DockerRunner) -> None:
    source = "const shout = (text) => text.toUpperCase();\nconsole.log(shout(1));\n"
    async with docker_runner.load(program(language_of("typescript"), source), LIMITS) as loaded:
        assert "main.ts(1,16): error TS7006" in log_of(loaded)


async def test_typescript_takes_no_settings_from_the_program(docker_runner: DockerRunner) -> None:
    settings = '{"compilerOptions": {"strict": false, "noCheck": true}}'
    source = "const one: string = 1;\nconsole.log(one);\n"
    async with docker_runner.load(program(language_of("typescript"), source, tsconfig_dot_json=settings), LIMITS) as loaded:
        assert "TS2322" in log_of(loaded)


async def test_a_rust_program_may_have_any_file_name(docker_runner: DockerRunner) -> None:
    asked = Program(language_of("rust"), (SourceFile("my-first.try.rs", b'fn main() { print!("{}", 1) }'),))
    assert await output(docker_runner, asked) == "1"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("IO.write(1)", "1"),
        ("defmodule A do\n  def f, do: 2\nend\n\nalias A, as: B\nx = B.f()\nIO.write(x)", "2"),
        ("defmodule Other do\n  def main(args), do: IO.write(length(args) + 3)\nend", "3"),
        ("defmodule A do\n  def main, do: IO.write(0)\nend\ndefmodule Main do\n  def main, do: IO.write(4)\nend", "4"),
        ('alias String, as: S\ndefmodule A do\n  def f, do: S.length("abcde")\nend\nIO.write(A.f())', "5"),
        (OWN_PROTOCOL, "6"),
        ("System.at_exit(fn status -> IO.write(status) end)\nIO.write(7)\nSystem.stop(0)\nProcess.sleep(:infinity)", "7"),
    ],
)
async def test_elixir_runs_what_stands_outside_of_modules_else_main(
    docker_runner: DockerRunner, source: str, shown: str
) -> None:
    found = await output(docker_runner, program(language_of("elixir"), source))
    assert found.startswith(shown)


async def test_elixir_says_with_its_exit_code_that_it_failed(docker_runner: DockerRunner) -> None:
    async with docker_runner.load(program(language_of("elixir"), "System.halt(3)"), LIMITS) as loaded:
        assert (await accepted(loaded).run(b"", LIMITS)).ending == Exited(3)
    async with docker_runner.load(program(language_of("elixir"), 'raise "сарап"'), LIMITS) as loaded:
        outcome = await accepted(loaded).run(b"", LIMITS)
        assert outcome.ending == Exited(1)
        assert outcome.stdout == b""
        assert "(RuntimeError) сарап" in outcome.stderr.decode()
        assert "Sarap" not in outcome.stderr.decode()
