# Targets: bot, worker, worker-openstack (with the `openstack` program), demo (the lab; needs root and --privileged).
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src src
COPY commands commands
COPY workers workers
RUN npm run build

FROM node:20-bookworm-slim AS base
ENV NODE_ENV=production
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev && npm cache clean --force
COPY --from=build /app/dist dist
USER node
ENTRYPOINT ["node", "dist/src/cli.js"]

FROM base AS bot
CMD ["bot"]

# calicoctl is downloaded, never shipped. Which one is yours to say: it should be the version of your cluster.
FROM node:20-bookworm AS calicoctl
ARG CALICOCTL_URL
ARG CALICOCTL_SHA256
RUN if [ -z "$CALICOCTL_URL" ] || [ -z "$CALICOCTL_SHA256" ]; then \
      echo "the worker needs calicoctl: build with --build-arg CALICOCTL_URL=https://... and --build-arg CALICOCTL_SHA256=..." >&2; exit 1; \
    fi
RUN curl -fsSL --proto =https --max-time 300 -o /calicoctl "$CALICOCTL_URL" \
    && echo "$CALICOCTL_SHA256  /calicoctl" | sha256sum -c - \
    && chmod 0755 /calicoctl

FROM base AS worker
COPY --from=calicoctl /calicoctl /usr/local/bin/calicoctl
CMD ["worker"]

FROM worker AS worker-openstack
USER root
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3-openstackclient \
    && rm -rf /var/lib/apt/lists/*
USER node

# The lab makes namespaces and starts systemd inside them: root, in a privileged container.
FROM node:20-bookworm AS demo
WORKDIR /app
COPY . .
RUN npm ci && node -e "import('/app/lab/setup.mjs').then((setup) => setup.ensurePackages(['chromium']))"
CMD ["node", "lab/demo.mjs"]
