"""The refusal of a write: what is wrong, said to the person who asked for it."""


class Refused(Exception):
    """What was asked cannot be done; the message is for the person who asked."""
