"""Keeps secrets out of logs."""
import re


def redacted(line):
    return re.sub(r"\b(token|password|secret)=\S+", r"\1=***", line, flags=re.IGNORECASE)
