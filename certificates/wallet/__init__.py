"""Handing a certificate to the holder's wallet: OpenID for Verifiable Credential Issuance 1.0, pre-authorized code flow.

    offer ──▶ token ──▶ request (with a proof of the wallet's key) ──▶ credential
    candidate  wallet    wallet                                       registry

An offer serves once and ends soon, and a new one can be had at any time: what is lost on the way is asked for again. The web
process takes the steps and holds no key; the registry signs what was asked for.
"""
