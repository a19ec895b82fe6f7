"""What data sets are read from: packages, archives and files of others."""
