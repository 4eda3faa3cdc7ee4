"""One file per output: findings and statuses to bytes a person or another tool reads."""
