-- A key says that its value is a secret however its words are joined, and what is called encrypted has that form.
ALTER TABLE public.configuration
  DROP CONSTRAINT chk_configuration_sensitive,
  ADD CONSTRAINT chk_configuration_sensitive
    CHECK (is_encrypted OR translate(key, '._', '') !~ '(secret|password|token)'),
  ADD CONSTRAINT chk_configuration_sealed
    CHECK (NOT is_encrypted OR value ~ '^v1\.[A-Za-z0-9_-]{1,40}\.[A-Za-z0-9_-]{80}\.[A-Za-z0-9_-]{38,}$');
