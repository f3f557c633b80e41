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
TimeEntryId = NewType("TimeEntryId", UUID)
PauseId = NewType("PauseId", UUID)
AccommodationId = NewType("AccommodationId", UUID)
SubmissionId = NewType("SubmissionId", UUID)
SampleRunId = NewType("SampleRunId", UUID)
IncidentId = NewType("IncidentId", UUID)
SnapshotId = NewType("SnapshotId", UUID)
ResultId = NewType("ResultId", UUID)
DecisionId = NewType("DecisionId", UUID)
AppealId = NewType("AppealId", UUID)
RejudgeSetId = NewType("RejudgeSetId", UUID)
RejudgeMemberId = NewType("RejudgeMemberId", UUID)
LeaseId = NewType("LeaseId", UUID)
AsideId = NewType("AsideId", UUID)
TranslationReportId = NewType("TranslationReportId", UUID)

# Booking
CentreId = NewType("CentreId", UUID)
SlotId = NewType("SlotId", UUID)
BookingId = NewType("BookingId", UUID)
VoucherBatchId = NewType("VoucherBatchId", UUID)
