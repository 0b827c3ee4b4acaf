"""Requests to Chat Completions: messages, attachments, continuations."""
