#!/bin/sh
# Try `./run --once` on a bare Debian 12: minbase and python3, nothing else; no pip, no ensurepip, no make, no compiler.
#
#   sudo tests/bootstrap/bare_debian.sh [FOLDER]
#
# Needs root, debootstrap, and some 1.5 GB in FOLDER (default /var/tmp/registry-bare), which is kept between calls:
# the second is quick. What is tried is a fresh clone of the last commit. Pip's settings and certificates of this
# machine are carried along, since that is how it reaches a package index.
set -eu

root=$(cd "$(dirname "$0")/../.." && pwd)
bare=${1:-/var/tmp/registry-bare}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}

if [ ! -x "$bare/usr/bin/python3" ]; then
    debootstrap --variant=minbase --include=python3 bookworm "$bare" "$mirror"
fi
for absent in pip pip3 make gcc git; do
    if chroot "$bare" sh -c "command -v $absent" >/dev/null 2>&1; then
        echo "$bare has $absent, so it proves nothing" >&2
        exit 1
    fi
done
if chroot "$bare" python3 -c "import ensurepip" 2>/dev/null; then
    echo "$bare has ensurepip, so it proves nothing" >&2
    exit 1
fi

rm -rf "$bare/home/registry"
git clone --quiet --no-hardlinks "$root" "$bare/home/registry"
cp -L /etc/resolv.conf /etc/hosts "$bare/etc/"
mkdir -p "$bare/etc/ssl/certs" "$bare/root/.config/pip"
cp -L /etc/ssl/certs/ca-certificates.crt "$bare/etc/ssl/certs/" 2>/dev/null || true
cp -L /etc/pip.conf "$bare/etc/pip.conf" 2>/dev/null || true
cp -L "$HOME/.config/pip/pip.conf" "$bare/root/.config/pip/pip.conf" 2>/dev/null || true

mounted=""
leave() {
    for place in $mounted; do umount "$bare$place"; done
}
trap leave EXIT
carry() {
    mkdir -p "$bare$1"
    mount --bind "$1" "$bare$1"
    mounted="$1 $mounted"
}
mount -t proc proc "$bare/proc" && mounted="/proc"
carry /dev
# Local folders that pip's settings name (file: indexes and folders of wheels) must exist inside as well.
folders=$({ python3 -m pip config list 2>/dev/null; env | grep '^PIP_'; } |
    grep -oE '(file://)?/[A-Za-z0-9_./-]+' | sed 's#^file://##' | sort -u)
for folder in $folders; do
    if [ -d "$folder" ] && [ "${folder#/etc}" = "$folder" ]; then carry "$(dirname "$folder")"; fi
done

# Only pip's settings and the way to the certificates pass; everything else of this shell stays outside.
passed=$(env | grep -E '^(PIP_|SSL_CERT_FILE=|REQUESTS_CA_BUNDLE=|https?_proxy=|HTTPS?_PROXY=|no_proxy=|NO_PROXY=)' | tr '\n' ' ')
# shellcheck disable=SC2086 -- one word per variable
chroot "$bare" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/root LANG=C.UTF-8 $passed /home/registry/run "${TRY:---once}"
