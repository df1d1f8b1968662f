#!/bin/sh
# Prints a Python that is new enough; on none says what to install and exits 4.
set -eu

good() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3.14 python3; do
    path=$(command -v "$name" 2>/dev/null) || continue
    if good "$path"; then
        echo "$path"
        exit 0
    fi
done
echo "Aliquot needs Python 3.11 or newer and found none. On Debian 12 and later, as root:" >&2
echo "  apt-get update; apt-get install -y python3 python3-venv" >&2
exit 4
