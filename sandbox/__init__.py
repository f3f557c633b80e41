"""The sandbox runs a program and says what happened. It has never heard of exams.

`runner.py` is the contract that every engine keeps; `docker_runner.py` is the engine that Sarap uses; `languages.py` says which
programming languages there are. What an ending *means* for a candidate is decided in `exams.judging`.
"""
