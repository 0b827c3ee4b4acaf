"""The catalogue: which services there are, and which models they have."""
