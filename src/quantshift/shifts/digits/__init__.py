"""Handwritten digits of another source: a natural shift for models of MNIST."""
