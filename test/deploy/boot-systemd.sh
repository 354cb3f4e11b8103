#!/bin/sh
# Boots systemd as the first process of a machine of its own: namespaces for processes, mounts and network, over a
# copy-on-write view of this machine's files. Nothing of it outlives that process. Started by systemd-machine.ts with
#   FOLDER      etc/ is laid over /etc, shared/ is /mnt/shared, units/ are all units that there are
#   REPOSITORY  its packages are those that /opt/regrant has
#   NODE        the executable
set -eu
PATH=/usr/sbin:/usr/bin:/sbin:/bin
folder=$1 repository=$2 node=$3 root=$1/root

mount --make-rprivate /
mkdir "$root" "$folder/layers"
mount -t tmpfs -o mode=755 tmpfs "$folder/layers"
overlay() {
  mkdir "$folder/layers/$3" "$folder/layers/$3-work"
  mount -t overlay -o "lowerdir=$1,upperdir=$folder/layers/$3,workdir=$folder/layers/$3-work" overlay "$2"
}
overlay / "$root" files
mkdir "$root/mnt/repository" "$root/mnt/shared" "$root/mnt/units" "$root/mnt/before" "$root/opt/regrant"
overlay "$repository" "$root/mnt/repository" repository
# The service's user must get in.
chmod 755 "$root/mnt/repository"
ln -s /mnt/repository/node_modules "$root/opt/regrant/node_modules"
mount --bind "$folder/shared" "$root/mnt/shared"
mount --bind "$folder/units" "$root/mnt/units"
cp -R "$folder/etc/." "$root/etc/"
: > "$root/usr/local/bin/node"
mount --bind "$node" "$root/usr/local/bin/node"

mount -t proc proc "$root/proc"
# The kernel's settings are this machine's too.
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for place in dev run tmp var/tmp; do mount -t tmpfs -o mode=1777 tmpfs "$root/$place"; done
for device in null zero full random urandom; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir "$root/dev/shm" "$root/dev/pts"
mount -t tmpfs tmpfs "$root/dev/shm"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"

# A unit writes to it once systemd runs.
mkfifo "$folder/shared/ready"
exec 3<> "$folder/shared/ready"
head -n 1 <&3 &
exec 3<&-
cd "$root"
pivot_root . mnt/before
umount -l /mnt/before
# As on any machine: what systemd mounts for a service is seen by it.
mount --make-rshared /
exec env -i container=other PATH=/usr/bin:/bin SYSTEMD_UNIT_PATH=/mnt/units \
  /lib/systemd/systemd --system --unit=machine.target --show-status=no --log-target=null
