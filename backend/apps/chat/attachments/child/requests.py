"""Requests of the server to the template of child processes, and its reports; without an import of any decoder."""

import struct

REQUEST = struct.Struct("d?")
"""The seconds that a child may take, and whether it gets idle time only.

With it come the descriptors of the child's input, output and errors, and of the report.
"""

REPORT = struct.Struct("?i")
"""Whether the child took too long, and its exit status (negative: the signal that ended it)."""

UNUSED_SECONDS = 60.0
"""The template ends after this time without a request."""
