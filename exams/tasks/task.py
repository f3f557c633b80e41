"""A task: what candidates see, frozen once published. How it is judged is its dataset (`dataset.py`), which is versioned."""

from dataclasses import dataclass

from exams.ids import TaskId


@dataclass(frozen=True, slots=True)
class Statement:
    """A task's text in one language. `format` is `md` or `tex`; `text` is the source as the author wrote it."""

    format: str
    text: str


@dataclass(frozen=True, slots=True)
class Sample:
    r"""An example that candidates see: an input and the answer to it, or else an interaction.

    Lines of an `interaction` begin with `<` for what the program reads and with `>` for what it writes; `---` stands between
    two passes. Example: `Sample("sample/1", "", "", ">500\n<lower\n>250\n<correct\n")`.
    """

    name: str
    input: str
    answer: str
    interaction: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """What candidates see.

    `short_name` is the package's folder name (`[a-z0-9]+`); `version` counts up when the task is imported again. `names` and
    `statements` are by ISO 639 code, e.g. `{"kk": …, "ru": …, "en": …}`. `content_area` is the blueprint's row that the task
    can fill, e.g. `algorithms`. `languages` are the codes of the programming languages allowed.
    """

    task_id: TaskId
    short_name: str
    version: int
    names: dict[str, str]
    statements: dict[str, Statement]
    samples: tuple[Sample, ...]
    content_area: str
    languages: tuple[str, ...]
    cpu_time_ms: int
    memory_mib: int

    def name(self, language: str) -> str:
        """The task's name in `language`, else in English, else in whatever language it has."""
        return self.names.get(language) or self.names.get("en") or next(iter(self.names.values()), self.short_name)
