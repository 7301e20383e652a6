"""Reads, runs and rewrites logs with Inspect itself, and prints what it found as JSON.

logs.py read FILE        what Inspect makes of a log
logs.py run FOLDER       runs a small evaluation of its mock model; prints the log's path
logs.py chunk FILE DIR   rewrites a log with its samples in chunks
"""

import json
import math
import sys


def plain(value):
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


def read(path):
    from inspect_ai.log import (
        read_eval_log,
        read_eval_log_sample,
        read_eval_log_sample_summaries,
    )

    log = read_eval_log(path)
    header = read_eval_log(path, header_only=True)
    summaries = read_eval_log_sample_summaries(path)
    samples = []
    for sample in log.samples or []:
        one = read_eval_log_sample(
            path, id=sample.id, epoch=sample.epoch, resolve_attachments=True
        )
        samples.append(
            {
                "id": sample.id,
                "epoch": sample.epoch,
                "scores": {k: plain(v.value) for k, v in (sample.scores or {}).items()},
                "messages": [message.text for message in one.messages],
                "inputs": [
                    len(event.input) for event in one.events if event.event == "model"
                ],
                "events": len(one.events),
                "error": one.error.message if one.error else None,
                "limit": one.limit.type if one.limit else None,
            }
        )
    return {
        "version": log.version,
        "status": header.status,
        "task": header.eval.task,
        "model": header.eval.model,
        "metrics": [
            [score.name, name, plain(metric.value)]
            for score in (header.results.scores if header.results else [])
            for name, metric in score.metrics.items()
        ],
        "summaries": [[row.id, row.epoch, row.completed] for row in summaries],
        "samples": samples,
    }


def run(folder):
    from inspect_ai import Task, eval as evaluate
    from inspect_ai.dataset import Sample
    from inspect_ai.model import ModelOutput, ModelUsage, get_model
    from inspect_ai.scorer import match
    from inspect_ai.solver import generate, user_message

    words = ["right", "wrong", "right", "right " * 2000, "wrong", "right"]
    outputs = [ModelOutput.from_content("mockllm/model", word) for word in words]
    for output in outputs:
        # Without it the tokens are counted with a list that is fetched from the network.
        output.usage = ModelUsage(input_tokens=3, output_tokens=2, total_tokens=5)
    samples = [Sample(input=f"Say {n}.", target="right", id=n) for n in (1, "two", 3)]
    task = Task(
        name="say-it",
        dataset=samples,
        solver=[generate(), user_message("Again."), generate()],
        scorer=match(location="any"),
        epochs=2,
    )
    model = get_model("mockllm/model", custom_outputs=(outputs * 10))
    [log] = evaluate(task, model=model, log_dir=folder, log_format="eval", display="none")
    return {"path": log.location}


def chunk(path, folder):
    from inspect_ai.log._recorders.chunked.convert import convert_eval_logs_to_chunked

    convert_eval_logs_to_chunked(path, folder, chunk_size=3)
    return {}


commands = {"read": read, "run": run, "chunk": chunk}
print("\n" + json.dumps(commands[sys.argv[1]](*sys.argv[2:])))
