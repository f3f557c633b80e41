"""The processes behind the web: `judging.py` runs strangers' programs without a key; `registry.py` holds keys and runs none."""
