"""Checks a server of the AI Chat protocol from outside, and knows no server in particular: see README.md."""
