"""The steps of a verification that several carriers share, and the book in which they are taken down."""
