"""What each person sees at the door: one file for each. A view loads, decides and saves in one transaction, then answers."""
