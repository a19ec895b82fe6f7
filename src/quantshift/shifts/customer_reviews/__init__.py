"""Customer reviews of products: a natural shift for models of film reviews, which arXiv 2204.04220 calls CR."""
