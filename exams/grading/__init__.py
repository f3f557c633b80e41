"""What a sealed session earned, and what a person decided of it."""
