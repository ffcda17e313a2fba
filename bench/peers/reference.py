"""The sweep written to be read, in float64: the judge of the peers' losses. Never timed.

h₀ = x w₀ᵀ + b₀;  h_l = LeakyReLU(mask_l ∘ (h_{l−1} W_lᵀ + b_l)), l = 1..3;  ŷ = h₃ w₄ᵀ + b₄;  loss = mean (ŷ − y)².
Adam on g + λθ, weights and biases.
"""
import numpy as np

import problem as p


def forward(layers, x, masks):
    """x (n, 1) → the input of every Linear and, last, ŷ (n, 1)."""
    inputs = [x]
    for l, (w, b) in enumerate(layers):
        z = inputs[-1] @ w.T + b
        if 1 <= l <= p.HIDDEN:
            if masks is not None:
                z = z * masks[l - 1]
            z = np.where(z > 0, z, p.SLOPE * z)
        inputs.append(z)
    return inputs


def backward(layers, inputs, error, masks):
    """error = ∂loss/∂ŷ (n, 1) → (∂loss/∂W, ∂loss/∂b) per Linear."""
    gradients = []
    delta = error
    for l in reversed(range(len(layers))):
        gradients.insert(0, (delta.T @ inputs[l], delta.sum(0)))
        delta = delta @ layers[l][0]
        if l >= 2:  # inputs[1] is the stem's output: no activation between the stem and the first hidden layer
            delta = delta * np.where(inputs[l] > 0, 1, p.SLOPE)
            if masks is not None:
                delta = delta * masks[l - 2]
    return gradients


def train_one(problem, decay, dropout, epochs):
    layers = [[w.astype(float), b.astype(float)] for w, b in problem.layers]
    moments = [[(np.zeros_like(t), np.zeros_like(t)) for t in layer] for layer in layers]
    masks, step = problem.masks(dropout), 0
    x, y = problem.x.astype(float)[:, None], problem.y.astype(float)[:, None]
    training, validation = [], []
    for epoch in range(epochs):
        order, losses = problem.order(epoch), []
        for start in range(0, p.TRAINING, p.BATCH):
            batch = order[start : start + p.BATCH]
            mask = masks.step()[:, : len(batch)].astype(float) if dropout > 0 else None
            inputs = forward(layers, x[batch], mask)
            error = inputs[-1] - y[batch]
            losses.append(np.mean(error**2))
            step += 1
            for l, gradient in enumerate(backward(layers, inputs, 2 * error / len(batch), mask)):
                for i in (0, 1):
                    g = gradient[i] + decay * layers[l][i]
                    m, v = moments[l][i]
                    m[...] = p.BETA1 * m + (1 - p.BETA1) * g
                    v[...] = p.BETA2 * v + (1 - p.BETA2) * g * g
                    layers[l][i] -= p.LEARNING_RATE * (m / (1 - p.BETA1**step)) / (
                        np.sqrt(v / (1 - p.BETA2**step)) + p.EPSILON
                    )
        training.append(np.mean(losses))
        predicted = forward(layers, problem.x_validation.astype(float)[:, None], None)[-1][:, 0]
        validation.append(p.batch_means((predicted - problem.y_validation) ** 2))
    return training, validation


def train(problem, dropout, epochs):
    curves = [train_one(problem, decay, dropout, epochs) for decay in p.LAMBDAS]
    return p.Losses(*map(np.array, zip(*curves)))


if __name__ == "__main__":
    p.main(train)
