"""Shifted test sets: a folder for each suite, a file for each shift; kernels that shifts share lie beside them."""
