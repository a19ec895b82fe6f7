"""Published studies that quantshift reproduces, one folder each."""
