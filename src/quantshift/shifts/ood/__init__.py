"""iWildCam's other cameras: a natural shift for models of `iwildcam`."""
