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


def optimizer_of(case, parameters):
    lr, l2 = case["learning_rate"], case["l2"]
    kind = case.get("optimizer", "Adam")
    if kind == "Sgd":
        return torch.optim.SGD(parameters, lr=lr, momentum=case["momentum"], nesterov=case["nesterov"], weight_decay=l2)
    if kind == "RmsProp":
        return torch.optim.RMSprop(parameters, lr=lr, alpha=case["rho"], momentum=case["momentum"], weight_decay=l2)
    if kind == "AdamW":
        return torch.optim.AdamW(parameters, lr=lr, weight_decay=case["weight_decay"])
    return torch.optim.Adam(parameters, lr=lr, weight_decay=l2)


def scheduler_of(case, optimizer):
    """Stepped after every batch; the case's own units are epochs."""
    schedulers = torch.optim.lr_scheduler
    batches = case["batches"]
    warmup = round(case["warmup"] * batches)
    if case["schedule"] == "Step":
        after = schedulers.StepLR(optimizer, case["drop_every"] * batches, case["factor"])
    elif case["schedule"] == "Cosine":
        after = schedulers.CosineAnnealingLR(optimizer, case["epochs"] * batches - warmup, case["floor"] * case["learning_rate"])
    else:
        after = schedulers.ConstantLR(optimizer, factor=1.0)
    if warmup == 0:
        return after
    rise = schedulers.LinearLR(optimizer, start_factor=1 / warmup, total_iters=warmup - 1)
    return schedulers.SequentialLR(optimizer, [rise, after], [warmup])


def loss_of(case, outputs, targets):
    kind = case.get("loss", "MeanSquaredError")
    if kind == "Huber":
        return torch.nn.functional.huber_loss(outputs, targets, delta=case["delta"])
    if kind == "CrossEntropy":
        return torch.nn.functional.cross_entropy(outputs, targets)
    return torch.mean((outputs - targets) ** 2)


def targets_of(case, numbers, rows):
    if case.get("loss") == "CrossEntropy":  # k/256 + 1 to the class it falls in
        return torch.tensor([min(case["outputs"] - 1, int((v + 1) / 2 * case["outputs"])) for v in numbers.take(rows, 1.0)])
    return torch.tensor(numbers.take(rows * case["outputs"], 1.0)).reshape(rows, case["outputs"])


def run(case):
    numbers = Numbers(case["seed"])
    layers = build(case, numbers)
    parameters = [p for layer in layers for p in layer]
    result = dict(case)
    optimizer = optimizer_of(case, parameters)
    scheduler = scheduler_of(case, optimizer) if "schedule" in case else None
    losses, rates = [], []
    for step in range(STEPS):
        rows = case["rows"] if step % 3 else case["rows"] - 3  # partial batches too
        x = torch.tensor(numbers.take(rows * case["inputs"], 2.0)).reshape(rows, case["inputs"])
        y = targets_of(case, numbers, rows)
        masks = None
        if case["dropout"]:
            masks = [torch.tensor([1.0 if v > -0.5 else 0.0 for v in numbers.take(rows * w, 1.0)]).reshape(rows, w) for w in case["hidden"]]
        optimizer.zero_grad()
        loss = loss_of(case, forward(case, layers, x, masks), y)
        loss.backward()
        losses.append(float(f"{loss.item():.9g}"))
        if "clip_norm" in case:
            torch.nn.utils.clip_grad_norm_(parameters, case["clip_norm"])
        if step == 0:
            result["gradient"] = sampled(flat([p.grad for p in parameters]), case["every"])
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if scheduler:
            scheduler.step()
    if scheduler:
        result["rates"] = rates
    result["losses"] = losses
    result["theta10"] = sampled(flat(parameters), case["every"])
    return result


SMALL = {
    "inputs": 1, "stem": 8, "hidden": [8, 8, 8], "outputs": 1, "activation": "LeakyRelu", "slope": 0.03, "output": "Linear",
    "rows": 20, "learning_rate": 0.001, "l2": 0.0, "dropout": 0.0, "seed": 1, "every": 1,
}
FEW = SMALL | {"every": 3}
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

    FEW | {"name": "sgd", "optimizer": "Sgd", "momentum": 0.0, "nesterov": False, "learning_rate": 0.1, "seed": 10},
    FEW | {"name": "sgd, momentum, l2", "optimizer": "Sgd", "momentum": 0.9, "nesterov": False, "learning_rate": 0.05, "l2": 0.01, "seed": 11},
    FEW | {"name": "sgd, nesterov, l2", "optimizer": "Sgd", "momentum": 0.9, "nesterov": True, "learning_rate": 0.05, "l2": 0.01, "seed": 12},
    FEW | {"name": "rmsprop", "optimizer": "RmsProp", "rho": 0.99, "momentum": 0.0, "learning_rate": 0.001, "seed": 13},
    FEW | {"name": "rmsprop, momentum, l2", "optimizer": "RmsProp", "rho": 0.9, "momentum": 0.5, "learning_rate": 0.001, "l2": 0.1, "seed": 14},
    FEW | {"name": "adamw", "optimizer": "AdamW", "weight_decay": 0.5, "learning_rate": 0.01, "seed": 15},
    FEW | {"name": "step", "schedule": "Step", "batches": 2, "epochs": 5, "warmup": 0, "drop_every": 2, "factor": 0.25, "seed": 16},
    FEW | {"name": "cosine", "schedule": "Cosine", "batches": 2, "epochs": 5, "warmup": 0, "floor": 0.0, "seed": 17},
    FEW | {"name": "cosine, floor, warm-up, sgd", "optimizer": "Sgd", "momentum": 0.9, "nesterov": False, "learning_rate": 0.1,
           "schedule": "Cosine", "batches": 2, "epochs": 5, "warmup": 1.5, "floor": 0.1, "seed": 18},
    FEW | {"name": "step, warm-up", "schedule": "Step", "batches": 2, "epochs": 5, "warmup": 2, "drop_every": 1, "factor": 0.5, "seed": 19},
    FEW | {"name": "constant, warm-up", "schedule": "Constant", "batches": 1, "epochs": 10, "warmup": 4, "seed": 20},
    FEW | {"name": "clipped sgd, l2", "optimizer": "Sgd", "momentum": 0.0, "nesterov": False, "learning_rate": 0.5, "l2": 0.01, "clip_norm": 0.05,
           "seed": 21},
    FEW | {"name": "clipped adam, now and then", "clip_norm": 0.4, "learning_rate": 0.02, "seed": 22},
    FEW | {"name": "huber", "loss": "Huber", "delta": 0.25, "seed": 23},
    FEW | WIDE | {"name": "huber, wide, sgd", "optimizer": "Sgd", "momentum": 0.9, "nesterov": True, "learning_rate": 0.1, "loss": "Huber",
                  "delta": 0.5, "activation": "Tanh", "every": 3, "seed": 24},
    FEW | WIDE | {"name": "three classes", "loss": "CrossEntropy", "outputs": 3, "every": 3, "seed": 25},
    FEW | WIDE | {"name": "twenty classes, adamw", "optimizer": "AdamW", "weight_decay": 0.1, "learning_rate": 0.01, "loss": "CrossEntropy",
                  "outputs": 20, "activation": "Relu", "every": 3, "seed": 26},
]

if __name__ == "__main__":
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "oracle.json")
    with open(path, "w", encoding="utf-8") as file:
        cases = [run(case) for case in CASES]
        file.write("[\n" + ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases) + "\n]\n")
