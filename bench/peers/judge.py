"""Are a peer's losses those of this sweep? Against the float64 reference, by what rounding can do to each number.

Rounding is amplified by 5,500 steps of Adam where λ is small: two correct programs, or one with its sums in another
order, then end some percent apart in training loss and up to a factor in a single validation loss. Where λ >= 0.1 the
penalty pulls them together again. Own masks: the peer draws its dropout itself, so only the distribution is the same.
"""
import numpy as np

import problem as p

FIRST_EPOCH, FIRST_EPOCH_OWN_MASKS = 1e-3, 0.1  # seen: 9e-5 (one unit's sign differs early), 0.025
LARGE, LARGE_DECAY = 1e-4, 0.1  # last epoch's losses where λ >= 0.1; seen: 3e-6
LATE = 25  # the mean of the last 25 epochs, as a factor either way; seen: 1.03, 1.1, 1.2, 1.6
LATE_TRAINING, LATE_TRAINING_DROPOUT, LATE_VALIDATION, LATE_VALIDATION_DROPOUT = 1.15, 1.35, 1.5, 2.5


def faults(found, reference, dropout, own_masks):
    """Losses of a peer and of the reference → what is wrong, a sentence each."""
    shape = (len(p.LAMBDAS), p.EPOCHS)
    messages = []
    for name in ("training", "validation"):
        if getattr(found, name).shape != shape or not np.isfinite(getattr(found, name)).all():
            messages.append(f"{name} losses must be {shape[0]} × {shape[1]} finite numbers, found {getattr(found, name).shape}")
    if messages:
        return messages

    def compare(what, values, expected, limit):
        for decay, value, wanted, apart in zip(p.LAMBDAS, values, expected, np.abs(np.log(values / expected))):
            if apart > np.log(limit):
                messages.append(f"{what}, λ = {decay:g}: must be {wanted:.6g} within a factor of {limit:g}, found {value:.6g}")

    first = FIRST_EPOCH_OWN_MASKS if own_masks and dropout > 0 else FIRST_EPOCH
    compare("first epoch's training loss", found.training[:, 0], reference.training[:, 0], 1 + first)
    limits = {
        "training": LATE_TRAINING_DROPOUT if dropout > 0 else LATE_TRAINING,
        "validation": LATE_VALIDATION_DROPOUT if dropout > 0 else LATE_VALIDATION,
    }
    for name, limit in limits.items():
        values, expected = getattr(found, name), getattr(reference, name)
        compare(f"{name} loss of the last {LATE} epochs", values[:, -LATE:].mean(1), expected[:, -LATE:].mean(1), limit)
        last = [np.where(np.array(p.LAMBDAS) >= LARGE_DECAY, curve[:, -1], 1.0) for curve in (values, expected)]
        compare(f"last {name} loss", *last, 1 + LARGE)
    return messages
