# Two images of one program: `server`, for a Postgres and a ClickHouse of your own, and the last one, which also has both stores embedded.
#   docker build --target server -t channelscope:0.1.0-server .
#   docker build -t channelscope:0.1.0 .
# Both are Debian with glibc, because the embedded ClickHouse is made for it.
ARG NODE=node:24.21.0-bookworm-slim
ARG DEBIAN=debian:bookworm-slim

# The package, as `npm pack` makes it.
FROM ${NODE} AS package
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN mkdir /package && npm pack --pack-destination /package

# What npm installs of it. Node comes from the image, so the one that is a package is left out.
FROM ${NODE} AS installed-server
COPY --from=package /package /package
WORKDIR /opt/channelscope
RUN npm install --omit=dev --omit=optional --no-audit --no-fund /package/channelscope-*.tgz

FROM ${NODE} AS installed-everything
COPY --from=package /package /package
WORKDIR /opt/channelscope
RUN npm install --omit=dev --no-audit --no-fund /package/channelscope-*.tgz && rm -rf node_modules/node-linux-*

# What both have. Nothing below / but DATA_DIR and /tmp is written, so the root may be read-only.
FROM ${DEBIAN} AS base
RUN groupadd --gid 10001 channelscope \
  && useradd --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin channelscope \
  && install --directory --owner=10001 --group=10001 --mode=0700 /data
COPY --from=package /usr/local/bin/node /usr/local/bin/node
ENV PATH=/opt/channelscope/node_modules/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
ENV HOST=0.0.0.0
ENV PORT=4000
ENV DATA_DIR=/data/channelscope
WORKDIR /data
USER 10001:10001
VOLUME /data
EXPOSE 4000
# Whether the process lives. Whether it can serve is told by /ready, which a balancer asks.
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=4 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["channelscope"]
CMD ["start"]

FROM base AS server
COPY --from=installed-server /opt/channelscope /opt/channelscope

FROM base AS everything
COPY --from=installed-everything /opt/channelscope /opt/channelscope
