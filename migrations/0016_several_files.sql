-- A program may have further files beside its main source: {"name": "text", …}, none for everything that was saved before.
-- `exams/judging/further_files.py` has the names and limits; the digest in `submission.source_sha256` covers all of them.
ALTER TABLE journal_entry ADD COLUMN files jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(files) = 'object');
ALTER TABLE submission ADD COLUMN files jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(files) = 'object');
ALTER TABLE sample_run ADD COLUMN files jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(files) = 'object');

-- A run on the candidate's own input instead of the samples; null for a run of the samples.
ALTER TABLE sample_run ADD COLUMN input text;
