"""`sarap demo`: the whole path without a browser, through the same HTTP interface that people's browsers use.

`centre.py` runs a fresh demo centre, `people.py` does what each person does, `path.py` is the order in which they do it.
"""
