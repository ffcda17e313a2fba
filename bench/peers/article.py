"""PyTorch as the article writes it: nn.Sequential, DataLoader, loss.backward(), optimizer.step(); one λ after another.

The one liberty: the DataLoader shuffles with the benchmark's order instead of its own (a sampler at the same cost), so
that losses can be compared. Dropout is nn.Dropout with PyTorch's own random numbers, off in evaluation.
"""
import problem as p

import torch
from torch import nn
from torch.utils.data import DataLoader, Sampler, TensorDataset


class Shuffled(Sampler):
    def __init__(self, problem):
        self.problem, self.epoch = problem, -1

    def __len__(self):
        return p.TRAINING

    def __iter__(self):
        self.epoch += 1
        return iter(self.problem.order(self.epoch).tolist())


def network(problem, dropout):
    modules = [nn.Linear(1, p.WIDTH)]
    for _ in range(p.HIDDEN):
        modules.append(nn.Linear(p.WIDTH, p.WIDTH))
        if dropout > 0:
            modules.append(nn.Dropout(dropout))
        modules.append(nn.LeakyReLU(p.SLOPE))
    modules.append(nn.Linear(p.WIDTH, 1))
    model = nn.Sequential(*modules)
    with torch.no_grad():
        for module, (w, b) in zip([m for m in model if isinstance(m, nn.Linear)], problem.layers):
            module.weight.copy_(torch.from_numpy(w))
            module.bias.copy_(torch.from_numpy(b))
    return model


def dataset(x, y):
    return TensorDataset(torch.from_numpy(x)[:, None], torch.from_numpy(y)[:, None])


def train_one(problem, decay, dropout, epochs):
    torch.manual_seed(problem.seed)
    model = network(problem, dropout)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=p.LEARNING_RATE, weight_decay=decay)
    batches = DataLoader(dataset(problem.x, problem.y), batch_size=p.BATCH, sampler=Shuffled(problem))
    held_out = DataLoader(dataset(problem.x_validation, problem.y_validation), batch_size=p.BATCH)
    training, validation = [], []
    for _ in range(epochs):
        model.train()
        losses = []
        for x, y in batches:
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        training.append(sum(losses) / len(losses))
        model.eval()
        losses = []
        with torch.no_grad():
            for x, y in held_out:
                losses.append(criterion(model(x), y).item())
        validation.append(sum(losses) / len(losses))
    return training, validation


def train(problem, dropout, epochs):
    torch.set_num_threads(1)
    return p.Losses(*zip(*[train_one(problem, decay, dropout, epochs) for decay in p.LAMBDAS]))


if __name__ == "__main__":
    p.main(train)
