#!/bin/bash
# Run once by the postgres image on an empty volume: the two roles of a store, and the login of its silos and services.
# `sweep db roles` grants the roles what they may do.
set -euo pipefail
# The password goes through standard input and psql's own quoting: not into a list of processes, not into SQL text that is logged.
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet <<SQL
\set password \`cat /run/secrets/silo_password\`
SET log_statement = 'none';
CREATE ROLE sweep_silo NOLOGIN;
CREATE ROLE sweep_reader NOLOGIN;
CREATE ROLE rack LOGIN PASSWORD :'password' IN ROLE sweep_silo, sweep_reader;
SQL
