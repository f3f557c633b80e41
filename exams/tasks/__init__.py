"""A task: what candidates see (`task.py`) and, versioned, how it is judged (`dataset.py`)."""
