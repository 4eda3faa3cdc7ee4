"""Flow exports as routers send them: NetFlow v5 and v9 and IPFIX datagrams, from captures and from raw files."""
