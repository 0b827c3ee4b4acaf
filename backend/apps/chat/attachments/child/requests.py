"""Requests of the server to the fork server, and its reports; this module imports no decoder."""

import struct

REQUEST = struct.Struct("d?")
"""The seconds that a child may take, and whether it gets idle time only.

With it come the descriptors of the child's input, output and errors, and of the report.
"""

REPORT = struct.Struct("?i")
"""Whether the child took too long, and its exit status (negative: the signal that ended it)."""

UNUSED_SECONDS = 60.0
"""The fork server ends after this time without a request."""
