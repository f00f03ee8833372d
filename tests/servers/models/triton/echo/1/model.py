import json

import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Every input again, as out_… for in_…; fails when a parameter says so."""

    def initialize(self, args):
        config = json.loads(args["model_config"])
        self.names = [given["name"] for given in config["input"]]

    def execute(self, requests):
        return [self.answer(request) for request in requests]

    def answer(self, request):
        fail = json.loads(request.parameters()).get("fail")
        if fail:
            error = pb_utils.TritonError(f"asked to fail: {fail}")
            return pb_utils.InferenceResponse(error=error)
        given = {
            name: pb_utils.get_input_tensor_by_name(request, name)
            for name in self.names
        }
        return pb_utils.InferenceResponse(
            [
                again(name, tensor)
                for name, tensor in given.items()
                if tensor is not None
            ]
        )


def again(name, tensor):
    name = name.replace("in_", "out_", 1)
    if name == "out_bf16":  # numpy has no such type
        return pb_utils.Tensor.from_dlpack(name, tensor.to_dlpack())
    return pb_utils.Tensor(name, tensor.as_numpy())
