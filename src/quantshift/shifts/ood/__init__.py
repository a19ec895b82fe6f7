"""Other cameras of iWildCam: a natural shift for models of `iwildcam`."""

# Requirements on the data set, by the names of its constants (and the channels of its shape).
TAKES = {"INPUT": "image", "CLASSES": 182}
