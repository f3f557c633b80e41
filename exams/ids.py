"""The ids of everything under `exams`: UUIDs that the type checker keeps apart."""

from typing import NewType
from uuid import UUID

AccountId = NewType("AccountId", UUID)
TaskId = NewType("TaskId", UUID)
DatasetId = NewType("DatasetId", UUID)
ReferenceSolutionId = NewType("ReferenceSolutionId", UUID)
SchemeId = NewType("SchemeId", UUID)
PaperId = NewType("PaperId", UUID)
SessionId = NewType("SessionId", UUID)
SubmissionId = NewType("SubmissionId", UUID)
SampleRunId = NewType("SampleRunId", UUID)
IncidentId = NewType("IncidentId", UUID)
SnapshotId = NewType("SnapshotId", UUID)
ResultId = NewType("ResultId", UUID)
DecisionId = NewType("DecisionId", UUID)
