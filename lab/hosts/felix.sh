#!/bin/bash
# Stands in for calico-felix: writes the keys that a real one writes, in its format and with its kind of lease, and nothing else.
# Environment: ETCDCTL_ENDPOINTS, FELIX_HOST, FELIX_REGION, FELIX_TTL and FELIX_EVERY in seconds, FELIX_PORTS ("tap device port" a line).
set -u
export ETCDCTL_API=3
base=/calico/felix/v2/$FELIX_REGION/host/$FELIX_HOST
began=$(date +%s.%N) lease='' first=true
declare -A told
ctl() { etcdctl --dial-timeout=1s --command-timeout=2s "$@"; }
put() { printf %s "$2" | ctl put ${3:-} "$1" >/dev/null 2>&1; }
beat() {
  if [ -n "$lease" ]; then ctl lease keep-alive --once "$lease" 2>/dev/null | grep -q keepalived || lease=''; fi
  if [ -z "$lease" ]; then lease=$(ctl lease grant "$FELIX_TTL" 2>/dev/null | cut -d' ' -f2); told=(); fi
  [ -n "$lease" ] || return 1
  local now value tap device port status
  now=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  value="{\"time\":\"$now\",\"uptime\":$(echo "$(date +%s.%N) $began" | awk '{printf "%.3f", $1-$2}'),\"first_update\":$first}"
  put "$base/status" "$value" "--lease=$lease" && put "$base/last_reported_status" "$value" || { lease=''; return 1; }
  while read -r tap device port; do
    [ -n "$tap" ] || continue
    status=down; [ "$(cat "/sys/class/net/$tap/operstate" 2>/dev/null)" = up ] && status=up
    [ "${told[$port]:-}" = "$status" ] && continue
    put "$base/workload/openstack/openstack%2f$device/endpoint/$port" "{\"status\":\"$status\"}" && told[$port]=$status
  done <<<"$FELIX_PORTS"
  first=false
}
while :; do
  beat || echo "etcd not reached; trying again"
  sleep "$FELIX_EVERY" &
  wait $!
done
