#!/bin/sh
# Builds Sarap's image from what is committed or staged.
#
#   ./build-image.sh [TAG]          TAG is sarap:latest unless given
#
# Behind a proxy that inspects TLS: CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt ./build-image.sh
set -eu
cd "$(dirname "$0")"
context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT INT TERM
git ls-files -z --cached | grep -zEv '^(bench|docs|tests)/' | xargs -0 cp --parents -t "$context"
if [ -n "${CA_BUNDLE:-}" ]; then
    cp "$CA_BUNDLE" "$context/ca-bundle.crt"
fi
docker build --network=host --tag "${1:-sarap:latest}" "$context"
