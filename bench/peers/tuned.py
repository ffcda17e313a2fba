"""PyTorch with autograd, tuned; one λ after another.

No DataLoader; θ and its gradient each one buffer, the Parameters and their .grad views of them, so that Adam is six
calls and 8 µs instead of 124 µs (foreach) or 147 µs (plain); dropout masks from cheap random bits instead of Bernoulli draws
(a step costs 40 µs more than without dropout, not 90 µs). Tried and left out: TorchScript (scripted 111 µs and traced 106 µs a step, eager 107 µs:
Debian's PyTorch has no LLVM to fuse with) and fused Adam (CUDA only in 1.13).
"""
import problem as p

import torch
from torch import nn
from torch.nn import functional as F

from manual import Adam, views


def parameters(theta, gradient):
    """Parameters whose .data and .grad are views of the two buffers."""
    layers = []
    for pair in zip(views(theta), views(gradient)):
        layers.append([])
        for value, slope in zip(*pair):
            parameter = nn.Parameter(value)
            parameter.grad = slope
            layers[-1].append(parameter)
    return layers


def forward(layers, x, masks):
    (w0, b0), *hidden, (w4, b4) = layers
    a = F.linear(x, w0, b0)
    for l, (w, b) in enumerate(hidden):
        a = F.leaky_relu(F.linear(a, w, b), p.SLOPE, inplace=True)
        if masks is not None:
            a = a * masks[l]
    return F.linear(a, w4, b4)


def train_one(problem, decay, dropout, epochs):
    theta = torch.cat([torch.from_numpy(t).flatten() for layer in problem.layers for t in layer])
    gradient = torch.zeros_like(theta)
    layers = parameters(theta, gradient)
    adam, masks = Adam(theta, gradient, decay), problem.masks(dropout)
    x, y = torch.from_numpy(problem.x)[:, None], torch.from_numpy(problem.y)[:, None]
    held_x = torch.from_numpy(problem.x_validation)[:, None].split(p.VALIDATION_CHUNK)
    held_y = torch.from_numpy(problem.y_validation)
    errors = torch.empty(p.TRAINING)
    slots = errors.split(p.BATCH)
    training, validation = [], []
    for epoch in range(epochs):
        order = torch.from_numpy(problem.order(epoch))
        for bx, by, slot in zip(x[order].split(p.BATCH), y[order].split(p.BATCH), slots):
            mask = torch.from_numpy(masks.step()[:, : len(bx)]) if dropout > 0 else None
            predicted = forward(layers, bx, mask)
            gradient.zero_()
            F.mse_loss(predicted, by).backward()
            with torch.no_grad():
                torch.sub(predicted[:, 0], by[:, 0], out=slot)
                adam.step()
        with torch.no_grad():
            predicted = torch.cat([forward(layers, bx, None)[:, 0] for bx in held_x])
            validation.append(p.batch_means((predicted - held_y).square().numpy()))
            training.append(p.batch_means(errors.square().numpy()))
    return training, validation


def train(problem, dropout, epochs):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    return p.Losses(*zip(*[train_one(problem, decay, dropout, epochs) for decay in p.LAMBDAS]))


if __name__ == "__main__":
    p.main(train)
