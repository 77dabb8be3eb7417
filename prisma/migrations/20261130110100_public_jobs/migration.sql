-- The queue of the environment's own jobs makes its tables there by itself, at the first start.
CREATE SCHEMA IF NOT EXISTS public_jobs;
