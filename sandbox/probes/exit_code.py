"""A program that ends with an error."""

raise SystemExit(3)
