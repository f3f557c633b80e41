"""The processes behind the web: `judging.py` runs strangers' programs and holds no keys; `registry.py` holds keys, runs none."""
