-- Where pg-boss keeps its queue; it makes the tables there by itself.
CREATE SCHEMA IF NOT EXISTS pgboss;
