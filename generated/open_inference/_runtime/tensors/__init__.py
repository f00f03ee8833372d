# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Tensors: inputs and outputs of the Open Inference Protocol."""
