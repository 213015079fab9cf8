"""A server of one tool that runs a command. Whoever uses it should know what that means."""

import subprocess


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout
