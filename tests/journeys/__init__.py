"""The four flows of `docs/flows.md`, each walked through HTTP at a whole running centre."""
