"""What hosts do, whoever they do it with: rhythm, long connections, fan-out, the marks of a botnet."""
