import numpy as np
import triton_python_backend_utils as pb_utils


class TritonPythonModel:
    """The words of a text, one answer a word."""

    def execute(self, requests):
        for request in requests:
            text = (
                pb_utils.get_input_tensor_by_name(request, "text_input")
                .as_numpy()
                .reshape(-1)[0]
                .decode()
            )
            sender = request.get_response_sender()
            for word in text.split():
                sender.send(answer(word))
            sender.send(flags=pb_utils.TRITONSERVER_RESPONSE_COMPLETE_FINAL)


def answer(word):
    if word == "fail":
        return pb_utils.InferenceResponse(error=pb_utils.TritonError("asked to fail"))
    tensor = pb_utils.Tensor("text_output", np.array([word.encode()], dtype=np.object_))
    return pb_utils.InferenceResponse([tensor])
