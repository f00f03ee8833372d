"""Tensors: inputs and outputs of the Open Inference Protocol."""
