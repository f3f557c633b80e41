"""Authoring: a task as a folder, everything wrong with it at once, and the proof that it judges well.

`package.py` reads a folder, `archive.py` makes a folder of an upload, `validation.py` judges the reference solutions.
"""
