# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Tensors: inputs and outputs of the Open Inference Protocol."""
