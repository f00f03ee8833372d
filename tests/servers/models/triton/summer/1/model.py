import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """The sums of the rows of x, [N, 3] FP32."""

    def execute(self, requests):
        given = [
            pb_utils.get_input_tensor_by_name(request, "x").as_numpy()
            for request in requests
        ]
        sums = [x.sum(axis=1, dtype=np.float32) for x in given]
        return [
            pb_utils.InferenceResponse([pb_utils.Tensor("total", total)])
            for total in sums
        ]
