"""The catalogue: which services there are, and which of their models can be used."""
