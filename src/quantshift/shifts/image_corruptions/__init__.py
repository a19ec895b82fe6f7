"""The nineteen corruptions of CIFAR-10-C and ImageNet-C for images of any size, in grey or in colours.

Images whose longer side is below 64 pixels are corrupted as in CIFAR-10-C, with the same parameters. Larger images are
corrupted with the parameters of ImageNet-C, which are for 224 pixels: lengths in pixels are scaled with the side.
Source: Hendrycks and Dietterich, arXiv 1903.12261.
"""

# Requirements on the data set, by the names of its facts.
TAKES = {"modality": "image"}
