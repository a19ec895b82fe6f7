"""Other cameras of iWildCam: a natural shift for models of `iwildcam`."""

# Requirements on the data set, by the names of its facts (and the channels of its shape).
TAKES = {"modality": "image", "classes": 182}
