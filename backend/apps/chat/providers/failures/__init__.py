"""Failures of a model service: what its refusals and errors mean, and when to try again."""
