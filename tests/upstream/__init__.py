"""What the catalogue reads of Kubernetes' own programs, held against the real ones."""
