"""Loads a model's content into PyTorch and compares what it predicts with what the service said.

    python check_content.py model.safetensors expected.json [--tolerance 1e-5]

expected.json: {"contexts": [[token ids]], "logprobs": [[log-probability of each symbol after the context]]}.
Exits with 1 where one differs by more than the tolerance. Needs torch; the file is read with safetensors where
that is installed, else by its format: 8 bytes length, JSON, data.
"""
import argparse
import json
import struct
import sys

import torch


class LanguageModel(torch.nn.Module):
    def __init__(self, architecture, vocabulary_size):
        super().__init__()
        cells = {"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}
        cell, hidden = architecture["cell"], architecture["hidden_size"]
        nonlinearity = {"nonlinearity": architecture["nonlinearity"]} if cell == "rnn" else {}
        self.embedding = torch.nn.Embedding(vocabulary_size, architecture["embedding_size"])
        self.rnn = cells[cell](architecture["embedding_size"], hidden, architecture["layers"], **nonlinearity)
        self.decoder = torch.nn.Linear(hidden, vocabulary_size)
        if architecture["tie_weights"]:
            self.decoder.weight = self.embedding.weight

    def forward(self, ids):  # (T,B) to (T,B,V)
        return self.decoder(self.rnn(self.embedding(ids))[0])


def read(path):
    try:
        from safetensors import safe_open
    except ImportError:
        return read_plainly(path)
    with safe_open(path, framework="pt") as file:
        return file.metadata(), {name: file.get_tensor(name) for name in file.keys()}


def read_plainly(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__")
    tensors = {}
    for name, tensor in header.items():
        assert tensor["dtype"] == "F32", name
        begin, end = tensor["data_offsets"]
        flat = torch.frombuffer(data, dtype=torch.float32, offset=begin, count=(end - begin) // 4)
        tensors[name] = flat.reshape(tensor["shape"])
    return metadata, tensors


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("model")
    arguments.add_argument("expected")
    arguments.add_argument("--tolerance", type=float, default=1e-5)
    arguments = arguments.parse_args()

    metadata, tensors = read(arguments.model)
    architecture = json.loads(metadata["carousel.architecture"])
    symbols = json.loads(metadata["carousel.tokenizer"])["symbols"]
    model = LanguageModel(architecture, len(symbols))
    if architecture["tie_weights"]:
        tensors["decoder.weight"] = tensors["embedding.weight"]
    model.load_state_dict(tensors, strict=True)
    with open(arguments.expected) as file:
        expected = json.load(file)

    largest = 0.0
    with torch.no_grad():
        for context, logprobs in zip(expected["contexts"], expected["logprobs"], strict=True):
            found = torch.log_softmax(model(torch.tensor(context).unsqueeze(1))[-1, 0], 0)
            largest = max(largest, (found - torch.tensor(logprobs)).abs().max().item())
    print("torch %s: %d contexts, largest difference of a log-probability %.1e"
          % (torch.__version__, len(expected["contexts"]), largest))
    sys.exit(0 if largest <= arguments.tolerance else 1)


if __name__ == "__main__":
    main()
