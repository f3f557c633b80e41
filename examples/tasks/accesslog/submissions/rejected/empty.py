# Hands in nothing.
