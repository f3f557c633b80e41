"""The processes behind the web: `judging.py` runs strangers' programs without any key; `registry.py` holds keys and runs none."""
