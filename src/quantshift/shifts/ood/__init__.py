"""iWildCam's other cameras: a natural shift for models of `iwildcam`."""

# What a data set must have for it, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "image", "CLASSES": 182}
