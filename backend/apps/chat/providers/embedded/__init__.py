"""The built-in model: a process that all workers share, and its provider."""
