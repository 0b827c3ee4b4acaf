"""Stored services: the model services that administrators add, and which models refused images."""
