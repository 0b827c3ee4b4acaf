"""Connections to a model service: allowed hosts, one pool, waits, and bodies as bytes."""
