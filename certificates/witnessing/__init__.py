"""How a centre has its log watched: it shows each checkpoint to the witnesses that it has chosen and keeps what they sign.

The centre's side of c2sp.org/tlog-witness. A witness signs only what continues the last checkpoint that it signed, so a centre
that shows two different logs, or takes an entry back, can have only one of the two cosigned. What a witness does is
`certificates/log/witness.py`; what an employer makes of cosignatures is `certificates/log/policy.py`.
"""
