"""What can be fetched, a file each; `ORIGINS` names where each artifact may come from."""
