"""Judging: what a run means. `judge.py` is the procedure, `checker.py` compares outputs, `judgement.py` is what comes of it."""
