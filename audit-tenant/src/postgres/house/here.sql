SELECT pg_catalog.concat(pg_catalog.pg_backend_pid(), '.', pg_catalog.encode(pg_catalog.timestamptz_send(pg_catalog.now()), 'hex'))
