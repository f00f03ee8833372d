"""numpy, whose types tell checkers too little about arrays of any datatype."""

from typing import Any

import ml_dtypes
import numpy

np: Any = numpy
BF16: Any = numpy.dtype(ml_dtypes.bfloat16)
