"""The register of the centre's keys: which there were, which one counts for what, and what was decided about them.

The private halves are in files or in a device (`keys`); here are the public halves and the events, as they are published in the
key document and logged. A key is introduced by a leaf of the log before it signs anything. When its time is over it is retired;
when it may have fallen into other hands it is revoked from a leaf of the log on: what was logged before stays authentic.
"""
