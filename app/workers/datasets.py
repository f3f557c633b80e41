"""The datasets that a judging worker used last. A dataset's rows never change, so one that was loaded stays true.

Without it every submission reads all test cases of its task again, which may be megabytes.
"""

from collections import OrderedDict
from typing import Final

from app.database import Connection
from exams.ids import DatasetId
from exams.judging.commitment import Commitment, commit
from exams.tasks.dataset import Dataset
from exams.tasks.store import load_dataset

KEPT_MAX_BYTES: Final = 128 * 2**20
"""Of inputs and answers together: the tasks of several exams at once, and little beside the memory of one slot's container."""


class Datasets:
    """Loads datasets and keeps those used last, `kept_max_bytes` of them at most; a larger one is never kept."""

    def __init__(self, kept_max_bytes: int = KEPT_MAX_BYTES) -> None:
        self._kept_max_bytes = kept_max_bytes
        self._kept: OrderedDict[DatasetId, tuple[Dataset, int]] = OrderedDict()
        self._commitments: dict[DatasetId, Commitment] = {}
        self._bytes = 0

    async def load(self, db: Connection, dataset_id: DatasetId) -> Dataset | None:
        """A dataset with all its cases, or None."""
        if dataset_id in self._kept:
            self._kept.move_to_end(dataset_id)
            return self._kept[dataset_id][0]
        dataset = await load_dataset(db, dataset_id)
        if dataset is not None:
            self._keep(dataset_id, dataset)
        return dataset

    def commitment(self, dataset_id: DatasetId, dataset: Dataset) -> Commitment:
        """What a judging record says of `dataset`; worked out once for each, as it hashes every byte."""
        known = self._commitments.get(dataset_id)
        if known is None:
            known = self._commitments[dataset_id] = commit(dataset)
        return known

    def _keep(self, dataset_id: DatasetId, dataset: Dataset) -> None:
        size = sum(len(case.input) + len(case.answer) for case in (*dataset.samples, *dataset.secret.all_cases()))
        if dataset_id in self._kept or size > self._kept_max_bytes:  # two jobs may load the same one at once
            return
        self._kept[dataset_id] = dataset, size
        self._bytes += size
        while self._bytes > self._kept_max_bytes:
            _, (_, freed) = self._kept.popitem(last=False)
            self._bytes -= freed
