"""Checks clients of the protocol: a scripted server that misbehaves, and what a client must conclude from it."""
