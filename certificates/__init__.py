"""What a centre asserts about a person, and how a stranger checks it years later without the centre.

Two halves that meet only in the bytes of a bundle:

* the issuing half (`keys`, `issuing`, `publishing`, `store`) has the keys and the database; * the checking half
(`verification` and everything it imports) has neither, opens no socket, and is small enough to read in an hour.

The life of a certificate: a `Claim` is written out as an Open Badges 3.0 credential (`credential`), linted (`profile`), given a
`serial` and a place in the status list (`status_list`), recorded, appended to a Merkle log (`log`), signed twice
(`data_integrity`), put into one file with the proof of its log entry (`bundle`), and checked (`verification`) against the keys
that the employer has pinned (`trust`).
"""
