"""A scheme's blueprint chooses tasks for one candidate: a paper."""
