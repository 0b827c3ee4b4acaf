"""The attacks: every module here registers its own with `@attack`."""
