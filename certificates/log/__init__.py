"""A transparency log: what a centre has asserted, in an order that cannot be changed afterwards without being seen.

Pure: a Merkle tree as in RFC 6962, checkpoints as signed notes (c2sp.org/tlog-checkpoint), inclusion proofs as text files
(c2sp.org/tlog-proof). Entries are commitments: whoever has the log and not the certificate learns nothing about a person.
"""
