"""Who somebody is (account, websession) and what they may do (permissions)."""
