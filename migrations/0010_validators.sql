-- The package's own output validator, where a dataset has one, and what it is told of each case. A dataset that was made before
-- has none; its columns are null.
ALTER TABLE dataset
    ADD COLUMN validator_language text,
    ADD COLUMN validator_files jsonb,        -- [{"name": …, "content": base64}], the entry point first
    ADD COLUMN validation_passes int,        -- runs of one case, at most; 1 unless the task is multi-pass
    ADD COLUMN validator_score text;         -- none, by-case, by-group or required
ALTER TABLE test_case ADD COLUMN validator_arguments text[];
