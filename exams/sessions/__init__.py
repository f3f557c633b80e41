"""One candidate sits one paper: consent, the clock, and the journal of everything that was saved."""
