"""Keeps secrets out of logs."""
import re

SECRET = re.compile(r'\b(token|password|secret)=("[^"]*"?|\S+)', re.IGNORECASE)


def redacted(line):
    return SECRET.sub(r"\1=***", line)
