"""Tests of certificates, and a centre in memory that makes real ones."""
