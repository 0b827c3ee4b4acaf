"""Providers: the clients for model services, from a prompt to deltas."""
