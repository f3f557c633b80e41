"""Tests: a mirror of the rooms, then stores, journeys, hostile programs, vectors, pages and the house."""
