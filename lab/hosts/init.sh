#!/bin/bash
# First process of a lab host, already inside its own net, mount, uts, ipc, pid and cgroup namespaces.
# Builds a root of its own (the machine's programs read-only, everything else in memory), then becomes systemd.
# Arguments: the host's folder (files/ is laid over the new root, net.sh sets the network up), its name, its cgroup or "".
set -eu
host_dir=$1 name=$2 cgroup=$3 root=$1/root
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$root"
mkdir -p "$root"/{proc,sys,dev,run,tmp,root,home,etc,var/{log,tmp,lib,cache}}
# Before systemd runs: else it would mount the machine's devices there.
for d in dev run tmp var/log; do mount -t tmpfs -o mode=755 tmpfs "$root/$d"; done
mkdir -p "$root"/{dev/net,dev/pts,dev/shm,run/lab,run/lock,run/sshd,run/calico,run/bird,run/netns}
for d in usr opt bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$d" ]; then [ -e "$root/$d" ] || cp -P "/$d" "$root/$d"
  elif [ -d "/$d" ]; then mkdir -p "$root/$d"; mount --rbind "/$d" "$root/$d"; mount -o remount,bind,ro "$root/$d" || true; fi
done
for f in passwd group nsswitch.conf ld.so.conf ld.so.conf.d ld.so.cache alternatives iproute2 dbus-1 services protocols rpc localtime pam.d security login.defs profile; do
  [ -e "/etc/$f" ] && cp -a "/etc/$f" "$root/etc/" || true
done
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
for d in null zero full random urandom tty net/tun; do [ -e "/dev/$d" ] && : >"$root/dev/$d" && mount --bind "/dev/$d" "$root/dev/$d" || true; done
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"; ln -s /proc/self/fd "$root/dev/fd"; ln -s /run "$root/var/run"; ln -s /run/lock "$root/var/lock"
chmod 1777 "$root/tmp" "$root/var/tmp" "$root/dev/shm"
[ -n "$cgroup" ] && mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
cp -a "$host_dir/files/." "$root/"
for f in calicoctl node; do [ -s "$host_dir/$f.path" ] && : >"$root/run/lab/$f" && mount --bind "$(cat "$host_dir/$f.path")" "$root/run/lab/$f" || true; done
cp "$host_dir/net.sh" "$root/run/lab/net.sh"
hostname "$name"
cd "$root"; pivot_root . .; umount -l .; cd /
cut -d: -f1 /etc/passwd | sed 's/$/:*:19000:0:99999:7:::/' >/etc/shadow
ln -s /run/calico/bird.ctl /run/bird/bird.ctl
until [ -e /sys/class/net/eth0 ]; do sleep 0.02; done
bash -eu /run/lab/net.sh
exec env -i container=lab PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 /lib/systemd/systemd --unit=lab.target --show-status=0 --log-target=journal
