#!/bin/sh
# Writes what depends on the environment beside nginx.conf, then becomes nginx:
#   API_ADDRESS                 where the API is, host:port; a name is looked up again and again, for there may be many
#   HTTP_PORT, HTTPS_PORT       where to listen
#   TLS_CERTIFICATE, TLS_KEY    files; with them it serves https, and http only leads there
#   BASE_PATH                   a path of the host, such as /chat; requests may have it or not
#   TRUSTED_PROXIES             comma list of networks whose X-Forwarded-For and -Proto count
set -eu

fail() {
    echo "$1" >&2
    exit 1
}

here=$(pwd)
run=$(mktemp -d)
chmod 711 "$run" # Started as root, nginx runs its workers as another user.
cp ./*.conf "$run"

name_server=$(awk '$1 == "nameserver" { print $2; exit }' /etc/resolv.conf)
case "$name_server" in *:*) name_server="[$name_server]" ;; esac
{
    echo "resolver ${name_server:-127.0.0.11} valid=5s;"
    echo "map '' \$api { default '$API_ADDRESS'; }"
    echo "geo \$realip_remote_addr \$from_proxy {"
    echo "    default 0;"
    for network in $(echo "${TRUSTED_PROXIES:-}" | tr ',' ' '); do
        echo "    $network 1;"
    done
    echo "}"
    for network in $(echo "${TRUSTED_PROXIES:-}" | tr ',' ' '); do
        echo "set_real_ip_from $network;"
    done
} >"$run/settings.conf"

base_path="${BASE_PATH:-}"
base_path="${base_path%/}"
case "$base_path" in
    *[!A-Za-z0-9._~/-]*) fail "BASE_PATH must be a path such as /chat: '$base_path' is not." ;;
    /?*) echo "rewrite ^$(echo "$base_path" | sed 's/[.]/\\./g')(/.*)\$ \$1;" >"$run/base_path.conf" ;;
    "") : >"$run/base_path.conf" ;;
    *) fail "BASE_PATH must be a path such as /chat: '$base_path' is not." ;;
esac

if [ -n "${TLS_CERTIFICATE:-}${TLS_KEY:-}" ]; then
    for file in "${TLS_CERTIFICATE:-}" "${TLS_KEY:-}"; do
        [ -r "$file" ] || fail "TLS_CERTIFICATE and TLS_KEY must name files that can be read: '$file' cannot."
    done
    mv "$run/https.conf" "$run/server.conf"
else
    mv "$run/http.conf" "$run/server.conf"
fi
sed -i \
    -e "s|@HTTP_PORT@|$HTTP_PORT|" \
    -e "s|@HTTPS_PORT@|$HTTPS_PORT|" \
    -e "s|@TLS_CERTIFICATE@|${TLS_CERTIFICATE:-}|" \
    -e "s|@TLS_KEY@|${TLS_KEY:-}|" \
    -e "s|@PAGES@|$here/pages|" \
    "$run/server.conf" "$run/locations.conf"

exec nginx -p "$run/" -c "$run/nginx.conf" -e stderr
