"""One certificate, carried in several ways that bind each other by hash.

`compact` writes what fits into a code, `jwt` what other programs read, `qr` what a phone's camera reads. All of them say what
the credential says and nothing else, all of them are made from it, and one entry of the log stands for all of them
(`certificates.log.entry`).
"""
