"""What training methods do for the inputs of one modality alone: a folder for a method, a file for a modality.

A file's `SETTINGS` are the hyperparameters that the method has for the modality, beside its own. A method without a
folder here treats all inputs alike.
"""
