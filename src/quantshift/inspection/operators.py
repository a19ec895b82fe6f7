"""The operators of onnxruntime's optimized graphs that multiply weights."""

# Operators that multiply a model's weights, with the positions of the inputs that are weights. Embeddings are not
# included, because their rows are looked up.
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
    "MatMulNBits": (1,),  # as `session` configures it: integer weights, computed in float32
    "LSTM": (1, 2),
    "GRU": (1, 2),
}
# Operators with two-dimensional constants of which only the inputs named here are weights: recurrent layers have biases
# and scales, and images are standardized by the mean and standard deviation of each colour.
WEIGHTS_AMONG_CONSTANTS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("LSTM", "GRU", "DynamicQuantizeLSTM"), (1, 2)),
    **dict.fromkeys(("Sub", "Div"), ()),
}
