"""Yelp: reviews of restaurants and shops, a natural shift for models of film reviews."""
