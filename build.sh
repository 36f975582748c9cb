#!/usr/bin/env bash
# Any target of build.cake: ./build.sh --target=Test
set -euo pipefail
cd "$(dirname "$0")"
dotnet tool restore
exec dotnet cake "$@"
