"""Hand-written forward, backward and Adam in PyTorch, no autograd, every result into a buffer; one λ after another."""
import math

import problem as p

import torch

slope_gradient = torch.ops.aten.leaky_relu_backward.grad_input  # naming the overload saves 3 µs a call


def views(flat):
    """(12673,) → (W, b) per Linear."""
    layers, at = [], 0
    for outputs, inputs in p.SHAPES:
        w = flat[at : at + outputs * inputs].view(outputs, inputs)
        at += outputs * inputs
        layers.append((w, flat[at : at + outputs]))
        at += outputs
    return layers


class Network:
    """Buffers for batches of n samples: a[l] (n, 64) the input of Linear l, d[l] its gradient."""

    def __init__(self, layers, gradients, n):
        self.layers, self.gradients, self.n = layers, gradients, n
        self.a = [None] + [torch.empty(n, p.WIDTH) for _ in range(p.HIDDEN + 1)]
        self.d = [None] + [torch.empty(n, p.WIDTH) for _ in range(p.HIDDEN + 1)]
        self.error, self.ones = torch.empty(n, 1), torch.ones(n)
        self.transposed = [w.t() for w, _ in layers]

    def forward(self, x, y, masks):
        """Leaves ŷ − y in self.error."""
        a = self.a
        torch.addmm(self.layers[0][1], x, self.transposed[0], out=a[1])
        for l in range(1, p.HIDDEN + 1):
            z = torch.addmm(self.layers[l][1], a[l], self.transposed[l], out=a[l + 1])
            torch._C._nn.leaky_relu_(z, p.SLOPE)
            if masks is not None:
                z.mul_(masks[l - 1])
        torch.addmm(self.layers[-1][1], a[-1], self.transposed[-1], out=self.error).sub_(y)

    def backward(self, x, masks):
        """Writes the gradient of the mean squared error; uses up self.error."""
        a, d = self.a, self.d
        delta = self.error.mul_(2 / self.n)
        for l in range(p.HIDDEN + 1, 0, -1):
            dw, db = self.gradients[l]
            torch.mm(delta.t(), a[l], out=dw)
            torch.mv(delta.t(), self.ones, out=db)
            delta = torch.mm(delta, self.layers[l][0], out=d[l])
            if l > 1:
                if masks is not None:
                    delta.mul_(masks[l - 2])
                slope_gradient(delta, a[l], p.SLOPE, True, grad_input=delta)
        torch.mm(delta.t(), x, out=self.gradients[0][0])
        torch.mv(delta.t(), self.ones, out=self.gradients[0][1])


class Adam:
    """Moments are kept unscaled, Σ β₁^(t−i) gᵢ and Σ β₂^(−i) gᵢ²: one pass each; the scales go into step size and ε."""

    def __init__(self, theta, gradient, decay):
        self.theta, self.gradient, self.decay, self.t = theta, gradient, decay, 0
        self.first, self.second, self.root = (torch.zeros_like(theta) for _ in range(3))

    def step(self):
        self.t += 1
        g, growth = self.gradient, p.BETA2**-self.t
        c1 = (1 - p.BETA1) / (1 - p.BETA1**self.t)
        c2 = math.sqrt((1 - p.BETA2) / growth / (1 - p.BETA2**self.t))
        g.add_(self.theta, alpha=self.decay)
        torch.add(g, self.first, alpha=p.BETA1, out=self.first)
        self.second.addcmul_(g, g, value=growth)
        torch.sqrt(self.second, out=self.root).add_(p.EPSILON / c2)
        self.theta.addcdiv_(self.first, self.root, value=-p.LEARNING_RATE * c1 / c2)


def train_one(problem, decay, dropout, epochs):
    theta = torch.cat([torch.from_numpy(t).flatten() for layer in problem.layers for t in layer])
    gradient = torch.empty_like(theta)
    layers, gradients = views(theta), views(gradient)
    adam, masks = Adam(theta, gradient, decay), problem.masks(dropout)
    x, y = torch.from_numpy(problem.x)[:, None], torch.from_numpy(problem.y)[:, None]
    held_x = torch.from_numpy(problem.x_validation)[:, None].split(p.VALIDATION_CHUNK)
    held_y = torch.from_numpy(problem.y_validation)[:, None].split(p.VALIDATION_CHUNK)
    errors, held_errors = torch.empty(p.TRAINING, 1), torch.empty(p.POINTS - p.TRAINING, 1)
    slots, held_slots = errors.split(p.BATCH), held_errors.split(p.VALIDATION_CHUNK)
    networks = {n: Network(layers, gradients, n) for n in {len(s) for s in (*slots, *held_slots)}}
    training, validation = [], []
    for epoch in range(epochs):
        order = torch.from_numpy(problem.order(epoch))
        for bx, by, slot in zip(x[order].split(p.BATCH), y[order].split(p.BATCH), slots):
            network = networks[len(bx)]
            mask = torch.from_numpy(masks.step()[:, : len(bx)]) if dropout > 0 else None
            network.forward(bx, by, mask)
            slot.copy_(network.error)
            network.backward(bx, mask)
            adam.step()
        for bx, by, slot in zip(held_x, held_y, held_slots):
            network = networks[len(bx)]
            network.forward(bx, by, None)
            slot.copy_(network.error)
        training.append(p.batch_means(errors[:, 0].square().numpy()))
        validation.append(p.batch_means(held_errors[:, 0].square().numpy()))
    return training, validation


def train(problem, dropout, epochs):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.set_grad_enabled(False)
    return p.Losses(*zip(*[train_one(problem, decay, dropout, epochs) for decay in p.LAMBDAS]))


if __name__ == "__main__":
    p.main(train)
