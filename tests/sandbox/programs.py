"""Small programs that several tests of the sandbox use."""

from sandbox import languages
from sandbox.runner import Loaded, Program, Rejected, SourceFile

ADDERS = {
    "python3": "print(sum(map(int, input().split())))\n",
    "javascript": (
        'const words = require("node:fs").readFileSync(0, "utf8").trim().split(" ");\n'
        "console.log(words.reduce((sum, word) => sum + Number(word), 0));\n"
    ),
    "cpp": (
        "#include <bits/stdc++.h>\n"
        "int main() { std::expected<int, std::string> sum; int a, b; std::cin >> a >> b; sum = a + b;\n"
        "std::cout << *sum << '\\n'; }\n"
    ),
}
"""A right program in each language: the sum of the numbers on a line."""

BROKEN = {"python3": "print(\n", "javascript": "let = = 1;\n", "cpp": "int main({\n"}
"""A program in each language that its compiler refuses."""


def program(code: str, source: str | bytes, *others: SourceFile) -> Program:
    """A program whose first file is `source` under the language's entry name."""
    language = languages.get(code)
    assert language is not None
    content = source.encode() if isinstance(source, str) else source
    return Program(language, (SourceFile(language.entry, content), *others))


def accepted(loaded: Loaded | Rejected) -> Loaded:
    """The loaded program; a rejection fails the test with the compiler's log."""
    assert not isinstance(loaded, Rejected), loaded.log
    return loaded
