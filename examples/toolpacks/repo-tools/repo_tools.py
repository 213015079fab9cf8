"""Two tools for an agent that works on a git repository. They do what their schemas say and nothing else."""

import subprocess


def status(path):
    return subprocess.run(["git", "-C", path, "status", "--porcelain"], check=True, capture_output=True, text=True).stdout


def commit(path, message):
    return subprocess.run(["git", "-C", path, "commit", "--all", "--message", message], check=True, capture_output=True, text=True).stdout
