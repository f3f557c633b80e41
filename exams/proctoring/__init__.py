"""Watching a session: what the page reported, what a proctor observed, what another person decided of it.

Nothing here ends a session, lowers a score or adds up suspicion. An observation is a fact with a time; an incident is a
person's words; a review is another person's decision about them.
"""
