"""A gateway simulator that was started for a test, on any free port, with its clock standing still."""

import subprocess
import tempfile


class Simulator:
    """Runs in a `with`; `tell` has it do something, and `port` is where it listens."""

    def __init__(self, program, *commands, options=()):
        self.program = program
        self.folder = tempfile.TemporaryDirectory(prefix="v6-simulator-")
        self.control = self.folder.name + "/control.sock"
        does = [word for command in commands for word in ("--do", command)]
        # A second takes more than a quarter of an hour: time passes when it is told to.
        self.arguments = [
            program, "--port", "0", "--seed", "7", "--start", "2026-11-24T15:00:00Z",
            "--speed", "0.01", "--rate", "100000", "--control", self.control, *options, *does,
        ]

    def __enter__(self):
        self.process = subprocess.Popen(self.arguments, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if ":" not in line:
            self.__exit__()
            raise RuntimeError("the simulator does not start")
        self.port = int(line.rsplit(":", 1)[1])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(10)
        self.folder.cleanup()

    def tell(self, command):
        words = [self.program, "tell", "--control", self.control, *command.split()]
        done = subprocess.run(words, capture_output=True, text=True, timeout=10)
        if done.returncode != 0:
            raise RuntimeError(f"{command}: {done.stdout}{done.stderr}")
        return done.stdout
