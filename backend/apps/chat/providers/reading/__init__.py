"""Reading of answers: from the bytes of a body to deltas."""
