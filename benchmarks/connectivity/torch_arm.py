"""One arm of the rank sweep in PyTorch, seeds one after the other, as one would write it: autograd through the loop,
the kernel from one backward pass a logit. Same sizes, same looks at the kernel (before, four on the way, after) and the
same two looks at 320 probe trials. Prints seconds of wall clock and of processor, and the mean alignment."""
import resource
import sys
import time

import torch

UNITS, RANK, SEEDS, ITERATIONS, BATCH, PROBE, STEPS, THREADS = map(int, sys.argv[1:9])
torch.set_num_threads(THREADS)
INPUTS, CLASSES, PROBE_TRIALS = 3, 3, 320


def trials(count, generator):
    """Two-alternative forced choice."""
    x = torch.zeros(STEPS, count, INPUTS)
    y = torch.zeros(STEPS, count, dtype=torch.long)
    choice = torch.randint(1, 3, (count,), generator=generator)
    coherence = torch.tensor([0, 6.4, 12.8, 25.6, 51.2])[torch.randint(0, 5, (count,), generator=generator)]
    half = torch.where(choice == 1, 1.0, -1.0) * coherence / 200
    x[:-1, :, 0] = 1
    x[:-1, :, 1] = 0.5 + half
    x[:-1, :, 2] = 0.5 - half
    x[:-1, :, 1:] += 0.1 * torch.randn(STEPS - 1, count, 2, generator=generator)
    y[-1] = choice
    return x, y


def forward(wx, wh, wo, x):
    h = torch.zeros(x.shape[1], UNITS)
    states = []
    for t in range(STEPS):
        h = torch.relu(x[t] @ wx.T + h @ wh.T)
        states.append(h)
    return torch.stack(states), torch.stack(states) @ wo.T


def kernel(wx, wh, wo, x):
    _, logits = forward(wx, wh, wo, x)
    flat = logits.reshape(-1)
    rows = [torch.autograd.grad(flat[i], wh, retain_graph=True)[0].reshape(-1) for i in range(flat.numel())]
    jacobian = torch.stack(rows)
    return jacobian @ jacobian.T


def alignment(a, b):
    return float((a * b).sum() / (a.norm() * b.norm()))


def arm(seed):
    generator = torch.Generator().manual_seed(seed)
    w = 1.25 * torch.randn(UNITS, UNITS, generator=generator) / UNITS**0.5
    u, s, vh = torch.linalg.svd(w)
    low = (u[:, :RANK] * s[:RANK]) @ vh[:RANK]
    wh = (low * w.norm() / low.norm()).requires_grad_()
    wx = ((2 * torch.rand(UNITS, INPUTS, generator=generator) - 1) / INPUTS**0.5).requires_grad_()
    wo = ((2 * torch.rand(CLASSES, UNITS, generator=generator) - 1) / UNITS**0.5).requires_grad_()
    probe, _ = trials(PROBE_TRIALS, torch.Generator().manual_seed(777))
    few = probe[:, :PROBE]
    before = kernel(wx, wh, wo, few)
    with torch.no_grad():
        states = forward(wx, wh, wo, probe)[0][-1]
    optimiser = torch.optim.SGD([wx, wh, wo], lr=0.003, momentum=0.9)
    looks = {round(share * ITERATIONS) for share in (0.05, 0.15, 0.35, 0.65)}
    started = time.perf_counter()
    looking = 0.0
    for iteration in range(ITERATIONS):
        x, y = trials(BATCH, generator)
        optimiser.zero_grad(set_to_none=True)
        _, logits = forward(wx, wh, wo, x)
        torch.nn.functional.cross_entropy(logits.reshape(-1, CLASSES), y.reshape(-1)).backward()
        optimiser.step()
        if iteration + 1 in looks:
            at = time.perf_counter()
            alignment(before, kernel(wx, wh, wo, few))
            looking += time.perf_counter() - at
    training = time.perf_counter() - started - looking
    after = kernel(wx, wh, wo, few)
    with torch.no_grad():
        moved = forward(wx, wh, wo, probe)[0][-1]
    alignment(states @ states.T, moved @ moved.T)
    torch.linalg.svdvals(w)
    torch.linalg.eigvals(low)
    return alignment(before, after), training


began = time.perf_counter()
results = [arm(seed) for seed in range(1, SEEDS + 1)]
usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    time.perf_counter() - began,
    usage.ru_utime + usage.ru_stime,
    sum(r[1] for r in results),
    sum(r[0] for r in results) / SEEDS,
)
