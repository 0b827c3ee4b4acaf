"""Forwarding for `/v1`: a program's request as it is, and the service's answer unchanged."""
