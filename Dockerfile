# The one image that the web, judging and registry processes run from.
#
#   docker build --network=host -t sarap .
#   docker run sarap serve --web-only | worker judging | worker registry | migrate | check
#
# Every package is checked against the hashes in uv.lock and package-lock.json. Behind a proxy that inspects TLS, lay its
# certificates beside this file as ca-bundle.crt (`./build-image.sh` does that from CA_BUNDLE); they stay in the first stage.

FROM debian:trixie-slim AS build
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# The pattern lets the bundle be absent.
COPY .ci/uv.txt ca-bundle.cr[t] /src/
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PROJECT_ENVIRONMENT=/opt/sarap
RUN if [ -f ca-bundle.crt ]; then cat ca-bundle.crt >> /etc/ssl/certs/ca-certificates.crt; fi
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt \
    NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --quiet --require-hashes --requirement uv.txt
COPY pyproject.toml uv.lock /src/
RUN /opt/uv/bin/uv sync --locked --no-dev --no-install-project --quiet
COPY . /src/
RUN /opt/uv/bin/uv sync --locked --no-dev --no-editable --quiet

FROM debian:trixie-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/sarap --create-home sarap \
    && install --directory --owner=sarap --group=sarap --mode=0700 /var/lib/sarap/keys
COPY --from=build /opt/sarap /opt/sarap
ENV PATH=/opt/sarap/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    SARAP_HOST=0.0.0.0 \
    SARAP_DATA_DIR=/var/lib/sarap \
    SARAP_LOG_FORMAT=json
USER sarap
WORKDIR /var/lib/sarap
EXPOSE 8000
ENTRYPOINT ["sarap"]
CMD ["serve", "--web-only"]
