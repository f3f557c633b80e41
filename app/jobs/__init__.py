"""One idempotent file for each thing that happens later. `queue.py` names the jobs and puts them into the queue."""
