import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """Its input again. Tests load and unload it."""

    def execute(self, requests):
        given = [
            pb_utils.get_input_tensor_by_name(request, "in_fp32")
            for request in requests
        ]
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("out_fp32", tensor.as_numpy())])
            for tensor in given
        ]
