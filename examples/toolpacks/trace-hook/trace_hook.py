"""A hook that an agent's loop calls before each of its steps; it writes one line."""


def before(step, write):
    write(f"step {step}\n")
