"""What all jobs share: command-line arguments, logs, time and memory, digests of their code, and how they start."""
