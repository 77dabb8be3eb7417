#!/bin/sh
# Makes what an installation needs and no repository should have: random keys in .env, and a certificate for tries in deploy/tls.
# What is there already stays. Another folder than that of the project may be named.
set -eu
umask 077
cd "${1:-$(dirname "$0")/..}"

if [ ! -e .env ]; then
  {
    for name in POSTGRES_PASSWORD CLICKHOUSE_PASSWORD REDIS_PASSWORD ADMIN_KEY OPERATOR_KEY; do
      echo "$name=$(openssl rand -hex 24)"
    done
    echo "CONFIG_KEYS=$(date +%Y%m%d):$(openssl rand -base64 32)"
  } > .env.new
  mv .env.new .env
  echo 'Made .env: it holds the keys that sign you in, so keep a copy.'
fi

if [ ! -e deploy/tls/server.crt ]; then
  mkdir -p deploy/tls
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 825 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout deploy/tls/server.key -out deploy/tls/server.crt 2> deploy/tls/log ||
    { cat deploy/tls/log >&2; exit 1; }
  rm deploy/tls/log
  echo 'Made deploy/tls: a certificate that no browser trusts. Put that of your host name in its place.'
fi
