"""Strict YAML: one mapping, each key asked for by name and type; whatever nobody asked for is reported as unknown.

Read with PyYAML's safe loader (YAML 1.1) and less: no aliases, since a few lines of them unfold into gigabytes, no key twice,
and no characters that can be written as escapes only.
"""

import re
from collections.abc import Hashable
from typing import Final, cast

import yaml

from exams.authoring.finding import Findings
from exams.authoring.tree import TEXT_MAX_BYTES, Tree

NUMBER_MAX: Final = 1_000_000
"""Of any number in a package: a million points, milliseconds or mebibytes are more than a task has."""

HIDDEN: Final = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""Controls and halves of surrogate pairs: no database keeps a text with them, and no page shows it."""

CONSTANT: Final = re.compile(r"\{\{([a-zA-Z_][a-zA-Z0-9_]*)\}\}")


class StrictLoader(yaml.SafeLoader):
    """The safe loader without aliases and without repeated keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Refuse `*alias`."""
        event: object = self.peek_event()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # PyYAML has no types
        if isinstance(event, yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="aliases are not allowed", problem_mark=event.start_mark)
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> str:
        r"""Refuse `"\0"` and the like: PyYAML looks at the characters of the file, not at those that escapes stand for."""
        value = super().construct_scalar(node)
        if HIDDEN.search(value):
            raise yaml.MarkedYAMLError(problem="a control character is not allowed", problem_mark=node.start_mark)
        return value

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Refuse a key that was given before."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.MarkedYAMLError(problem=f"the key '{key.value}' is given twice", problem_mark=key.start_mark)
                seen.add(key.value)
        return cast("dict[Hashable, object]", super().construct_mapping(node, deep=deep))


class Fields:
    """One mapping of one file. `where` names it in messages: `limits.` for the mapping below `limits`."""

    def __init__(self, values: dict[str, object], path: str, findings: Findings, where: str = "") -> None:
        self.values = values
        self.path = path
        self.findings = findings
        self.where = where
        self.asked: set[str] = set()

    def wrong(self, key: str, rule: str) -> None:
        """Report that a key's value breaks `rule`."""
        self.findings.error(self.path, "bad-value", f"'{self.where}{key}' must be {rule}")

    def get(self, key: str) -> object:
        """A value of any type; None if it is absent or empty."""
        self.asked.add(key)
        return self.values.get(key)

    def text(self, key: str, *, required: bool = False) -> str | None:
        """A string."""
        value = self.get(key)
        if isinstance(value, str) and value.strip():
            return value
        if value is not None:
            self.wrong(key, "a string that is not empty")
        elif required:
            self.findings.error(self.path, "key-missing", f"'{self.where}{key}' is required")
        return None

    def texts(self, key: str) -> tuple[str, ...] | None:
        """A string or a sequence of strings."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, str):
            return (value,)
        if isinstance(value, list) and all(isinstance(item, str) for item in cast("list[object]", value)):
            return tuple(cast("list[str]", value))
        self.wrong(key, "a string or a sequence of strings")
        return None

    def number(self, key: str, *, above: float | None = None, least: float | None = None) -> float | None:
        """A number, `above` or at `least` some value."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= NUMBER_MAX:
            self.wrong(key, f"a number of at most {NUMBER_MAX}")
        elif above is not None and value <= above:
            self.wrong(key, f"above {above:g}")
        elif least is not None and value < least:
            self.wrong(key, f"at least {least:g}")
        else:
            return float(value)
        return None

    def integer(self, key: str, *, least: int) -> int | None:
        """A whole number of at least `least`."""
        value = self.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= NUMBER_MAX:
            self.wrong(key, f"a whole number from {least} to {NUMBER_MAX}")
            return None
        return value

    def flag(self, key: str) -> bool | None:
        """A boolean."""
        value = self.get(key)
        if value is not None and not isinstance(value, bool):
            self.wrong(key, "true or false")
            return None
        return value

    def mapping(self, key: str) -> "Fields | None":
        """A mapping below this one."""
        value = self.get(key)
        if value is None:
            return None
        fields = mapping_of(value, self.path, self.findings, f"{self.where}{key}.")
        if fields is None:
            self.wrong(key, "a mapping with strings as keys")
        return fields

    def finish(self, *, unknown_is_error: bool = True) -> None:
        """Report every key that nobody asked for."""
        report = self.findings.error if unknown_is_error else self.findings.warning
        for key in self.values:
            if key not in self.asked:
                report(self.path, "unknown-key", f"'{self.where}{key}' is not a key of this format")


def mapping_of(value: object, path: str, findings: Findings, where: str) -> Fields | None:
    """A parsed value as fields, or None if it is no mapping with strings as keys."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in cast("dict[object, object]", value)):
        return None
    return Fields(cast("dict[str, object]", value), path, findings, where)


def read_fields(tree: Tree, path: str, findings: Findings, constants: dict[str, str] | None = None) -> Fields | None:
    """The mapping that a YAML file holds; an empty file is an empty mapping. None, and a finding, if it cannot be read."""
    text = tree.text_of(path, findings)
    text = None if text is None else with_constants(text, constants or {}, path, findings)
    if text is None:
        return None
    try:
        value: object = yaml.load(text, Loader=StrictLoader)  # noqa: S506 – it is a SafeLoader
    except (yaml.YAMLError, ValueError) as error:
        findings.error(path, "not-yaml", " ".join(str(error).split()))
        return None
    except RecursionError:
        findings.error(path, "not-yaml", "the file is nested too deeply")
        return None
    if value is None:
        return Fields({}, path, findings)
    fields = mapping_of(value, path, findings, "")
    if fields is None:
        findings.error(path, "not-a-mapping", "the file must hold a mapping with strings as keys")
    return fields


def with_constants(text: str, constants: dict[str, str], path: str, findings: Findings) -> str | None:
    """Replace every `{{name}}` by its constant (format 2025-09, "Constants"). None, and a finding, if it grows too large.

    What a constant holds is not looked at again: constants in constants double at each step.
    """
    found = [match[1] for match in CONSTANT.finditer(text) if match[1] in constants] if constants else []
    if len(text) + sum(len(constants[name]) for name in found) > TEXT_MAX_BYTES:
        findings.error(path, "text-too-large", f"with its constants the file is over {TEXT_MAX_BYTES} bytes")
        return None
    return CONSTANT.sub(lambda match: constants.get(match[1], match[0]), text) if found else text
