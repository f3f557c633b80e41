-- The rows that were there before are as the new rules want them.
ALTER TABLE log_leaf VALIDATE CONSTRAINT log_leaf_kind_check;
ALTER TABLE status_list_publication VALIDATE CONSTRAINT status_list_publication_purpose_check;
