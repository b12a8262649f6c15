"""The same training steps in PyTorch. Reads "NAME STEPS" lines, answers with milliseconds a step, of the clock and of the processor."""
import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)
entropy = nn.CrossEntropyLoss()


def mlp():
    net = nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 10))
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01)
    x, y = torch.randn(128, 784), torch.randint(10, (128,))

    def step():
        optimiser.zero_grad(set_to_none=True)
        entropy(net(x), y).backward()
        optimiser.step()

    return step


def rnn(hidden, steps, batch):
    cell = nn.RNN(3, hidden, nonlinearity="relu", batch_first=True)
    out = nn.Linear(hidden, 3)
    optimiser = torch.optim.SGD([*cell.parameters(), *out.parameters()], lr=0.003, momentum=0.9)
    x, y = torch.randn(batch, steps, 3), torch.randint(3, (batch, steps))

    def step():
        optimiser.zero_grad(set_to_none=True)
        states, _ = cell(x)
        entropy(out(states).flatten(0, 1), y.flatten()).backward()
        optimiser.step()

    return step


def rnns(seeds, *sizes):
    nets = [rnn(*sizes) for _ in range(seeds)]

    def step():
        for one in nets:
            one()

    return step


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)

    def forward(self, x):
        b, n, w = x.shape
        q, k, v = self.qkv(x).reshape(b, n, 3, self.heads, w // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-2, -1)) * (w // self.heads) ** -0.5
        return self.out((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, n, w))


def feed_forward(width, hidden):
    return nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, width))


class Block(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.attention_norm, self.feed_norm = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.feed = Attention(width, heads), feed_forward(width, 4 * width)

    def forward(self, x):
        x = x + self.attention(self.attention_norm(x))
        return x + self.feed(self.feed_norm(x))


class Vit(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed = nn.Linear(49, 64)
        self.head = nn.Parameter(torch.randn(1, 1, 64) * 0.02)
        self.position = nn.Parameter(torch.randn(17, 64) * 0.02)
        self.blocks = nn.Sequential(Block(64, 4), Block(64, 4))
        self.norm, self.out = nn.LayerNorm(64), nn.Linear(64, 10)

    def forward(self, x):
        h = torch.cat([self.head.expand(x.shape[0], 1, 64), self.embed(x)], 1) + self.position
        return self.out(self.norm(self.blocks(h)[:, 0]))


def vit():
    net = Vit()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01)
    x, y = torch.randn(64, 16, 49), torch.randint(10, (64,))

    def step():
        optimiser.zero_grad(set_to_none=True)
        entropy(net(x), y).backward()
        optimiser.step()

    return step


class Mixer(nn.Module):
    def __init__(self):
        super().__init__()
        self.token_norm, self.channel_norm = nn.LayerNorm(128), nn.LayerNorm(128)
        self.tokens, self.channels = feed_forward(16, 64), feed_forward(128, 512)

    def forward(self, x):
        x = x + self.tokens(self.token_norm(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channels(self.channel_norm(x))


def mixer():
    net = Mixer()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.01)
    x = torch.randn(64, 16, 128)

    def step():
        optimiser.zero_grad(set_to_none=True)
        (net(x) ** 2).mean().backward()
        optimiser.step()

    return step


MAKERS = {
    "mlp": mlp,
    "rnn": lambda: rnn(100, 50, 64),
    "vit": vit,
    "mixer": mixer,
    "rnns-10": lambda: rnns(10, 100, 8, 16),
    "rnns-20": lambda: rnns(20, 50, 8, 16),
}
made = {}

print(torch.__version__, flush=True)
for line in sys.stdin:
    name, steps = line.split()
    if name not in made:
        made[name] = MAKERS[name]()
        for _ in range(3):
            made[name]()
    began, spent = time.perf_counter(), time.process_time()
    for _ in range(int(steps)):
        made[name]()
    print(*[(now - then) * 1000 / int(steps) for now, then in
            ((time.perf_counter(), began), (time.process_time(), spent))], flush=True)
