"""A row of HumanEvalPack as one program: declaration, body, the row's unit tests, and a seal.

A program reads its seal, a word that it cannot know, and writes it when every unit test has passed. So neither a body that
prints something nor one that ends the program early is taken for a right one.

    accepted = program("rust", row, row["canonical_solution"])
"""

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Final

from sandbox import languages
from sandbox.runner import Program, SourceFile

FOLDER: Final = Path("../shared/data/humanevalpack")

FILES: Final = {
    "python3": "python.jsonl",
    "javascript": "js.jsonl",
    "cpp": "cpp.jsonl",
    "go": "go.jsonl",
    "java": "java.jsonl",
    "rust": "rust.jsonl",
}
"""The file of each language."""

Row = dict[str, str]

STOOD_IN: Final = {
    "CPP/22": "boost/any.hpp",
    "Go/10": "IsPalindrome(",
    "Go/32": "Poly(",
    "Go/38": "EncodeCyclic(",
    "Rust/32": "rand::",
    "Rust/38": "rand::",
}
"""Rows that use what they do not bring and no image has, a library or a function told of in the task, and what it is: we lend
them a stand-in of the same meaning."""

CPP_REPEATED: Final = ("CPP/38", "string decode_cyclic(string s){")
"""This row's declaration goes on with the beginning of the right body, which then begins again: it is cut after these words."""

JAVASCRIPT_BEFORE: Final = """\
console.assert = (holds) => {
  if (!holds) throw new Error("a unit test failed");
};
"""
"""Node's own `console.assert` only writes a line and goes on."""
JAVASCRIPT_AFTER: Final = 'process.stdout.write(require("node:fs").readFileSync(0));\n'

CPP_AFTER: Final = """
#include <stdio.h>
int main() {
    char seal[128];
    the_unit_tests();
    return scanf("%127s", seal) == 1 && puts(seal) >= 0 ? 0 : 1;
}
"""
"""No header more than a row's own: `<bits/stdc++.h>` would bring a `strlen` that is preferred to the one of a row."""
BOOST_ANY: Final = """\
#include <any>
namespace boost { using std::any; using std::any_cast; }
"""

JAVA_AFTER: Final = """
public class Main {
    public static void main(String[] arguments) {
        UnitTests.run(arguments);
        System.out.println(new Scanner(System.in).next());
    }
}
"""

GO_USES: Final = {
    "fmt": "fmt.Sprint",
    "math": "math.Abs",
    "math/rand": "rand.Int",
    "sort": "sort.Ints",
    "strconv": "strconv.Itoa",
    "strings": "strings.ToUpper",
    "time": "time.Now",
}
"""The packages that rows need, which not every row says rightly, and a use of each: Go refuses an import that nothing uses."""
GO_HELPERS: Final = {
    "Go/10": """
func IsPalindrome(text string) bool {
	for low, high := 0, len(text)-1; low < high; low, high = low+1, high-1 {
		if text[low] != text[high] {
			return false
		}
	}
	return true
}
""",
    "Go/32": """
func Poly(coefficients []int, x float64) float64 {
	value := 0.0
	for power := len(coefficients) - 1; power >= 0; power-- {
		value = value*x + float64(coefficients[power])
	}
	return value
}
""",
    "Go/38": """
func EncodeCyclic(text string) string {
	letters := []byte(text)
	for place := 0; place+2 < len(letters); place += 3 {
		letters[place], letters[place+1], letters[place+2] = letters[place+1], letters[place+2], letters[place]
	}
	return string(letters)
}
""",
}
GO_BETWEEN: Final = """
type unitTest struct{}

type assertions struct{}

func (assertions) Equal(expected, actual any) {
	if !reflect.DeepEqual(expected, actual) {
		panic(fmt.Sprint(expected, " is not ", actual))
	}
}

var assert = struct{ New func(*unitTest) assertions }{func(*unitTest) assertions { return assertions{} }}
"""
"""The one function of testify that the rows use, which compares as this does."""

RUST_CRATES: Final = re.compile(r"^use (?:rand::Rng|regex::Regex|md5);\n", re.MULTILINE)
RUST_RAND: Final = """
mod rand {
    use std::cell::Cell;
    // From this seed the row's right body, which is Newton's method, ends for every polynomial; from many others it does not.
    thread_local!(static STATE: Cell<u64> = const { Cell::new(4) });
    pub struct Generator;
    pub fn thread_rng() -> Generator { Generator }
    pub fn random<T: From<u32>>() -> T {
        STATE.with(|state| {
            state.set(state.get() * 48271 % 2147483647);
            T::from(state.get() as u32)
        })
    }
    impl Generator {
        pub fn gen_range(&mut self, low: i32, high: i32) -> i32 { low + (random::<u32>() % (high - low) as u32) as i32 }
    }
}
"""


@cache
def rows(code: str) -> tuple[Row, ...]:
    """The rows of a language, in the file's order. Raises `OSError` if the file is not on this machine."""
    lines = (FOLDER / FILES[code]).read_text("utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def program(code: str, row: Row, body: str) -> Program:
    """The row with this body as a program."""
    language = languages.get(code)
    assert language is not None, f"the catalogue has no {code}"
    return Program(language, (SourceFile(language.entry, ASSEMBLERS[code](row, body).encode()),))


def python(row: Row, body: str) -> str:
    """The tests call themselves."""
    return f"{row['declaration']}{body}\n{row['test']}\nprint(input())\n"


def javascript(row: Row, body: str) -> str:
    """The tests call themselves."""
    return f"{JAVASCRIPT_BEFORE}{row['declaration']}{body}\n{row['test']}\n{JAVASCRIPT_AFTER}"


def cpp(row: Row, body: str) -> str:
    """The tests are the row's `main`, which becomes a function."""
    tests, count = re.subn(r"\bint main\(\)", "static void the_unit_tests()", row["test"])
    assert count == 1
    declaration = row["declaration"]
    task, opening = CPP_REPEATED
    if row["task_id"] == task:
        declaration = declaration[: declaration.index(opening) + len(opening)] + "\n"
    source = f"{declaration}{body}\n{tests}{CPP_AFTER}"
    return source.replace("#include<boost/any.hpp>\n", BOOST_ANY)


def java(row: Row, body: str) -> str:
    """The tests are the row's class `Main` and its `main`, which get other names."""
    tests, count = re.subn(r"\bpublic class Main\b", "class UnitTests", row["test"])
    tests, mains = re.subn(r"\bvoid main\(", "void run(", tests)
    assert (count, mains) == (1, 1)
    return f"{row['declaration']}{body}\n{tests}\n{JAVA_AFTER}"


def go(row: Row, body: str) -> str:
    """The tests are functions for `go test`, which the image's compiler alone does not run."""
    header = "".join(f'import "{name}"\n' for name in (*GO_USES, "reflect"))
    uses = "".join(f"var _ = {use}\n" for use in GO_USES.values())
    helper = GO_HELPERS.get(row["task_id"], "")
    tests = row["test"].replace("*testing.T", "*unitTest")
    calls = "".join(f"\t{name}(&unitTest{{}})\n" for name in re.findall(r"^func (Test\w+)\(", tests, re.MULTILINE))
    assert calls
    main = f"func main() {{\n{calls}\tvar seal string\n\tfmt.Scan(&seal)\n\tfmt.Println(seal)\n}}\n"
    return f"package main\n\n{header}\n{uses}{GO_BETWEEN}{helper}\n{row['declaration']}{body}\n{tests}\n{main}"


def rust(row: Row, body: str) -> str:
    """The tests are a module for `cargo test`, made an ordinary one."""
    tests = row["test"].replace("#[cfg(test)]", "").replace("#[test]", "pub")
    calls = "".join(f"    tests::{name}();\n" for name in re.findall(r"\bfn (test_\w+)\(\)", tests))
    assert calls
    needs = RUST_RAND if row["task_id"] in STOOD_IN else ""
    tests = tests.replace("use super::*;", "use super::*;" + (" use crate::rand;" if needs else ""))
    declaration = RUST_CRATES.sub("", row["declaration"])
    seal = '    let mut seal = String::new();\n    std::io::stdin().read_line(&mut seal).unwrap();\n    print!("{seal}");\n'
    return f"{declaration}{body}\n{tests}\n{needs}\nfn main() {{\n{calls}{seal}}}\n"


ASSEMBLERS: Final[dict[str, Callable[[Row, str], str]]] = {
    "python3": python,
    "javascript": javascript,
    "cpp": cpp,
    "go": go,
    "java": java,
    "rust": rust,
}
