-- A scheme's rules beside its blueprint (`exams/papers/rules.py`): those that differ from their default.
ALTER TABLE scheme ADD COLUMN rules jsonb NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(rules) = 'object');
