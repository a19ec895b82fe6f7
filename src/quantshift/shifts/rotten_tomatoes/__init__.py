"""Rotten Tomatoes: sentences out of other reviews of films, a natural shift for models of whole reviews."""
