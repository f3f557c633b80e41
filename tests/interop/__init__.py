"""Certificates of this minute before verifiers that others wrote (`make interop`; docs/interop.md has what they said)."""
