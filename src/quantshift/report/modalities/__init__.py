"""How the report shows the inputs of each modality; a member's name is the modality's.

`shown` takes the folder of a test set, the indices of inputs and the shape of an input, and returns one string per
input, which the page displays according to the modality. `markup` returns the HTML of such a string, for pages without
scripts.
"""
