"""Requests of Chat Completions: messages, attachments, continuations."""
