"""The centre's own log: its leaves, nodes and checkpoints, appended to by whoever has the log's key, proven by whoever reads.

What any log is, ours or not, is `certificates/log`.
"""
