"""Judging again what was judged: to see who would change before anything does, and then to switch, by two people, or not."""
