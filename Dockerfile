# rolewire in a container; compose.yaml beside it says how it is run. What it installs is pinned, with hashes.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/build.lock \
 && python -m venv /opt/rolewire \
 && /opt/rolewire/bin/pip install --no-cache-dir --require-hashes -r requirements/run.lock
COPY . .
RUN python -m hatchling build -t wheel -d /tmp/wheel \
 && /opt/rolewire/bin/pip install --no-cache-dir --no-deps /tmp/wheel/*.whl

FROM python:3.11-slim
# "chromium": with the distribution's browser, for boards that only a browser can read.
ARG BROWSER=""
RUN if [ -n "$BROWSER" ]; then \
      apt-get update && apt-get install -y --no-install-recommends "$BROWSER" && rm -rf /var/lib/apt/lists/*; \
    fi \
 && useradd --uid 10001 --home-dir /data --create-home rolewire
COPY --from=build /opt/rolewire /opt/rolewire
COPY config.toml /etc/rolewire/config.toml
# The one that /setup may write, in the volume: ROLEWIRE_CONFIG=/data/config.toml.
COPY --chown=rolewire config.toml /data/config.toml
# The browser's own sandbox needs rights that a container has not: the container is the sandbox.
ENV PATH=/opt/rolewire/bin:$PATH \
    ROLEWIRE_CONFIG=/etc/rolewire/config.toml \
    ROLEWIRE_DATABASE__URL=sqlite:////data/rolewire.db \
    ROLEWIRE_WEB__HOST=0.0.0.0 \
    ROLEWIRE_NETWORK__SANDBOX=false
# It answers, whatever it waits for: /readyz says whether every part is well, and is for who watches.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
USER rolewire
WORKDIR /data
VOLUME /data
EXPOSE 8000
ENTRYPOINT ["rolewire"]
CMD ["run"]
