#!/usr/bin/env python3
"""Writes oracle.json: what PyTorch computes for given weights, batches and masks. Tests read the file and need no Python.

Run with Debian's python3-torch:  /usr/bin/python3 tests/oracle/generate.py
Weights, batches and masks are exact fractions from a tiny recurrence that the tests repeat, so the file holds results only.
"""
import json
import os
import torch

torch.set_num_threads(1)
STEPS = 10


class Numbers:
    """Fractions k/256 in a fixed, mixed order."""

    def __init__(self, seed):
        self.state = seed

    def take(self, count, bound):
        values = []
        for _ in range(count):
            self.state = (self.state * 1103515245 + 12345) % 2**31
            values.append(((self.state >> 8) % 513 - 256) / 256 * bound)
        return values


def build(case, numbers):
    """Layers as (weight, bias) in the order of θ."""
    widths = [case["inputs"]] + ([case["stem"]] if case["stem"] else []) + case["hidden"] + [case["outputs"]]
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        bound = 1.0  # the largest power of two up to 1/sqrt(fan_in): products with it are exact
        while bound * bound * fan_in > 1:
            bound /= 2
        weight = torch.tensor(numbers.take(fan_in * fan_out, bound)).reshape(fan_out, fan_in).requires_grad_()
        bias = torch.tensor(numbers.take(fan_out, bound)).requires_grad_()
        layers.append((weight, bias))
    return layers


def act(name, z, slope):
    return {
        "Linear": lambda: z,
        "Relu": lambda: torch.relu(z),
        "LeakyRelu": lambda: torch.nn.functional.leaky_relu(z, slope),
        "Tanh": lambda: torch.tanh(z),
        "Sigmoid": lambda: torch.sigmoid(z),
    }[name]()


def forward(case, layers, x, masks):
    a = x
    hidden = 0
    for index, (weight, bias) in enumerate(layers):
        z = torch.nn.functional.linear(a, weight, bias)
        if index == len(layers) - 1:
            return act(case["output"], z, case["slope"])
        if case["stem"] and index == 0:
            a = z
            continue
        if masks:
            z = z * masks[hidden] / (1 - case["dropout"])
        a = act(case["activation"], z, case["slope"])
        hidden += 1


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


def sampled(tensor, every):
    return [float(f"{v:.7g}") for v in tensor.detach()[::every].tolist()]


def run(case):
    numbers = Numbers(case["seed"])
    layers = build(case, numbers)
    parameters = [p for layer in layers for p in layer]
    result = dict(case)
    optimizer = torch.optim.Adam(parameters, lr=case["learning_rate"], weight_decay=case["l2"])
    losses = []
    for step in range(STEPS):
        rows = case["rows"] if step % 3 else case["rows"] - 3  # partial batches too
        x = torch.tensor(numbers.take(rows * case["inputs"], 2.0)).reshape(rows, case["inputs"])
        y = torch.tensor(numbers.take(rows * case["outputs"], 1.0)).reshape(rows, case["outputs"])
        masks = None
        if case["dropout"]:
            masks = [torch.tensor([1.0 if v > -0.5 else 0.0 for v in numbers.take(rows * w, 1.0)]).reshape(rows, w) for w in case["hidden"]]
        optimizer.zero_grad()
        loss = torch.mean((forward(case, layers, x, masks) - y) ** 2)
        loss.backward()
        losses.append(float(f"{loss.item():.9g}"))
        if step == 0:
            result["gradient"] = sampled(flat([p.grad for p in parameters]), case["every"])
        optimizer.step()
    result["losses"] = losses
    result["theta10"] = sampled(flat(parameters), case["every"])
    return result


SMALL = {
    "inputs": 1, "stem": 8, "hidden": [8, 8, 8], "outputs": 1, "activation": "LeakyRelu", "slope": 0.03, "output": "Linear",
    "rows": 20, "learning_rate": 0.001, "l2": 0.0, "dropout": 0.0, "seed": 1, "every": 1,
}
WIDE = {"inputs": 3, "stem": None, "hidden": [17, 5], "outputs": 6, "rows": 12}
CASES = [
    SMALL | {"name": "small"},
    SMALL | {"name": "small, l2", "l2": 0.01, "seed": 2},
    SMALL | {"name": "small, dropout", "dropout": 0.25, "seed": 3},
    SMALL | {"name": "small, l2 and dropout", "dropout": 0.25, "l2": 0.1, "seed": 4},
    SMALL | {"name": "article text", "stem": None, "output": "Relu", "seed": 5},
    SMALL | WIDE | {"name": "wide, tanh", "activation": "Tanh", "output": "Sigmoid", "seed": 6},
    SMALL | WIDE | {"name": "wide, sigmoid", "activation": "Sigmoid", "output": "Tanh", "seed": 7},
    # The notebook's shape: every seventh number, to keep the file small.
    SMALL | {"name": "notebook", "stem": 64, "hidden": [64, 64, 64], "rows": 64, "seed": 8, "every": 7},
    SMALL | {"name": "notebook, l2 and dropout", "stem": 64, "hidden": [64, 64, 64], "rows": 64, "l2": 0.01, "dropout": 0.25,
             "seed": 9, "every": 7},
]

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle.json")
    with open(path, "w", encoding="utf-8") as file:
        cases = [run(case) for case in CASES]
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
