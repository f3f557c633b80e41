"""Programs that are handed in, by the candidate or by the server at the deadline, and runs of the samples."""
