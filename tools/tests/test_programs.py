"""Programs on the terminal can end in order, whichever signal the command receives."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ORDERLY = """
import signal
try:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    print("READY", flush=True)
    signal.pause()
except KeyboardInterrupt:
    print("ENDED IN ORDER", flush=True)
"""
LAUNCHER = f"""
import sys
from pathlib import Path
from tools.programs import run_aloud
from tools.progress import run_command

run_command(lambda: run_aloud([sys.executable, "-c", {ORDERLY!r}], Path.cwd()))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_is_passed_on_as_ctrl_c(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", LAUNCHER], cwd=ROOT, stdout=subprocess.PIPE, text=True) as launcher:
        assert launcher.stdout
        assert launcher.stdout.readline() == "READY\n"
        launcher.send_signal(number)
        assert launcher.communicate()[0] == "ENDED IN ORDER\n"
        assert launcher.returncode == 130
