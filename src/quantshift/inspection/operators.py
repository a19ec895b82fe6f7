"""The operators of a graph, as onnxruntime runs it, that multiply weights."""

# The operators that multiply a model's weights, with the inputs that are weights; integer kernels first. An embedding
# is none of them: its rows are looked up.
INTEGER_OPERATORS: dict[str, tuple[int, ...]] = {
    "QLinearConv": (3,),
    "ConvInteger": (1,),
    "QGemm": (3,),
    "QLinearMatMul": (3,),
    "MatMulInteger": (1,),
    "MatMulIntegerToFloat": (1,),
    "DynamicQuantizeMatMul": (1,),
    "DynamicQuantizeLSTM": (1, 2),
}
FLOAT_OPERATORS: dict[str, tuple[int, ...]] = {
    "Conv": (1,),
    "FusedConv": (1,),
    "ConvTranspose": (1,),
    "Gemm": (1,),
    "FusedGemm": (1,),
    "MatMul": (1,),
    "FusedMatMul": (1,),
    "MatMulNBits": (1,),  # as `session` asks for it: integer weights, computed in float32
    "LSTM": (1, 2),
    "GRU": (1, 2),
}
# Operators with constants of two dimensions which are no weights, beside the inputs named here: recurrent layers have
# biases and scales, and images are standardized by the mean and deviation of each colour.
WEIGHTS_AMONG_CONSTANTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("LSTM", "GRU", "DynamicQuantizeLSTM"), (1, 2)),
    **dict.fromkeys(("Sub", "Div"), ()),
}
