"""The words of the page that a new reader may not know."""

GLOSSARY = {
    "answer": "The class that a model gives an input: that of the largest logit (top-1), or the side of the threshold "
    "of a single score.",
    "AUROC": "How well a detector ranks disagreeing inputs above agreeing ones: the probability that it ranks a random "
    "pair rightly. 0.5 is guessing, 1 is perfect.",
    "average precision": "The precision of a detector's alarms, averaged over all shares of the disagreements that it "
    "may catch. Guessing gives the share of disagreeing inputs.",
    "detector": "A number computed from the variant's own output that is to be high, or low, for inputs on which "
    "float32 would answer differently.",
    "disagreement": "An input for which a variant and its float32 model give different answers, right or wrong.",
    "dynamic int8": "Weights are stored as integers; the ranges of activations are computed for each batch.",
    "effective n": "The number of independent inputs that would give the same precision. It is smaller than n if "
    "inputs share a source, such as copies of one image under several shifts.",
    "float16": "Weights and activations have half precision.",
    "float32": "The model before quantization, which all variants are compared with.",
    "interval": "The values that fit the data, with the stated confidence.",
    "margin": "The softmax probability of the most probable class minus that of the second: 0 is a tie, 1 is certain.",
    "quantization-aware training": "Training that simulates 8-bit arithmetic, so that the model adapts to it.",
    "saturation": "On CPUs without VNNI, sums of two products of 8-bit numbers may exceed 16 bits and are cut. Answers "
    "then depend on the CPU.",
    "seed": "The number that a training starts its random numbers from. Models of several seeds differ only by it.",
    "severity": "How strong a corruption is, 1 to 5.",
    "shift": "A change of the data between training and use: a corruption, another source, another camera.",
    "static int8": "Weights and activations are integers; the ranges of activations come from calibration inputs. The "
    "portable variant has 7-bit weights, which are exact on every CPU.",
    "suite": "A group of shifts, such as the corruptions of MNIST-C.",
    "tie": "Two largest logits that are equal, as happens with 8 bits. The variant then answers with the first of the "
    "two classes.",
    "variant": "A quantized copy of a model.",
    "weight int8": "Weights are stored as integers; computation is in float32. The file is smaller, not faster.",
}
