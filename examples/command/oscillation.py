"""A network of NumPy fits y = sin(ax)·(1 − cos(bx))/exp(cx) + noise. It goes on from its checkpoint to the same last bit."""
import argparse
import json
import os

import numpy as np

WIDTHS = [1, 64, 64, 64, 1]
SLOPE = 0.03


def data(seed):
    random = np.random.default_rng([seed, 0])
    x = np.linspace(0, 4 * np.pi, 2000, dtype=np.float32)
    y = np.sin(1.2 * x) * (1 - np.cos(0.8 * x)) / np.exp(0.02 * x) + random.normal(0, 0.1, x.size)
    y = ((y - y.min()) / (y.max() - y.min())).astype(np.float32)
    return x[:, None], y[:, None], random.random(x.size) < 0.7


def begin(seed):
    random = np.random.default_rng([seed, 1])
    layers = []
    for inputs, outputs in zip(WIDTHS, WIDTHS[1:]):
        bound = 1 / np.sqrt(inputs)
        layers += [random.uniform(-bound, bound, (outputs, inputs)).astype(np.float32), random.uniform(-bound, bound, outputs).astype(np.float32)]
    return layers


def forward(theta, x):
    activations = [x]
    for i in range(0, len(theta), 2):
        z = activations[-1] @ theta[i].T + theta[i + 1]
        activations.append(z if i == len(theta) - 2 else np.where(z > 0, z, SLOPE * z))
    return activations


def gradients(theta, x, y):
    activations = forward(theta, x)
    delta = 2 * (activations[-1] - y) / len(x)
    found = [None] * len(theta)
    for i in range(len(theta) - 2, -1, -2):
        if i < len(theta) - 2:
            delta = delta * np.where(activations[i // 2 + 1] > 0, 1, SLOPE)
        found[i], found[i + 1] = delta.T @ activations[i // 2], delta.sum(axis=0)
        delta = delta @ theta[i]
    return found, float(np.mean((activations[-1] - y) ** 2))


def report(**what):
    print(json.dumps(what), flush=True)


def snapshot(theta, epoch):
    path = os.path.join(os.environ["SWEEP_SCRATCH"], f"theta-{epoch}.npy")
    np.save(path, np.concatenate([part.ravel() for part in theta]))
    report(snapshot=path)


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--l2", type=float)
    words.add_argument("--rate", type=float)
    words.add_argument("--epochs", type=int)
    options = words.parse_args()
    seed, kept = int(os.environ["SWEEP_SEED"]), os.path.join(os.environ["SWEEP_CHECKPOINT"], "state.npz")
    x, y, train = data(seed)

    theta = begin(seed)
    count = len(theta)
    moments, squares, epoch, step = [np.zeros_like(part) for part in theta], [np.zeros_like(part) for part in theta], 0, 0
    if os.path.exists(kept):
        state = np.load(kept)
        parts = [state[f"arr_{i}"] for i in range(3 * count)]
        theta, moments, squares = parts[:count], parts[count : 2 * count], parts[2 * count :]
        epoch, step = int(state["epoch"]), int(state["step"])
        print(f"goes on after epoch {epoch}")
    else:
        snapshot(theta, 0)

    rows = np.flatnonzero(train)
    while epoch < options.epochs:
        epoch += 1
        losses = []
        # The order depends on the seed and the epoch alone, so a resumed trial is the same trial.
        for batch in np.array_split(np.random.default_rng([seed, 2, epoch]).permutation(rows), len(rows) // 64):
            found, loss = gradients(theta, x[batch], y[batch])
            losses.append(loss)
            step += 1
            for i in range(count):
                gradient = found[i] + options.l2 * theta[i]
                moments[i] = 0.9 * moments[i] + 0.1 * gradient
                squares[i] = 0.999 * squares[i] + 0.001 * gradient**2
                theta[i] = theta[i] - options.rate * (moments[i] / (1 - 0.9**step)) / (np.sqrt(squares[i] / (1 - 0.999**step)) + 1e-8)
        error = forward(theta, x)[-1] - y
        report(epoch=epoch, training=float(np.mean(losses)), validation=float(np.mean(error[~train] ** 2)), worst=float(np.abs(error).max()))
        np.savez(kept + ".new.npz", *theta, *moments, *squares, epoch=epoch, step=step)
        os.replace(kept + ".new.npz", kept)

    snapshot(theta, epoch)
    fit = os.path.join(os.environ["SWEEP_SCRATCH"], "fit.csv")
    with open(fit, "w") as file:
        file.write("x,target,prediction,part\n")
        for one, target, prediction, is_training in zip(x[:, 0], y[:, 0], forward(theta, x)[-1][:, 0], train):
            file.write(f"{one},{target},{prediction},{'train' if is_training else 'validation'}\n")
    report(fit=fit)


main()
