"""The child process, which reads one file of a user; or, with `--fork-server`, the process that forks it.

It is a separate process because decoders have faults: the server survives whatever happens here.
"""

import os
import sys

from apps.chat.attachments.child.confinement import confine_resources
from apps.chat.attachments.child.processed_file import describe_cause

if __name__ == "__main__":
    is_fork_server = "--fork-server" in sys.argv
    if not is_fork_server:
        confine_resources()
    # Instead of a traceback, whose last line may quote the file.
    sys.excepthook = lambda _, error, __: sys.stderr.write(describe_cause(error))

    from apps.chat.attachments.child import reading

    if is_fork_server:
        from apps.chat.attachments.child import fork_server

        fork_server.fork_children()
    else:
        reading.process_input()
    sys.stdout.flush()
    os._exit(0)  # Without the clean-up of libraries that a hostile file may have confused.
