/** Exit code of the script where it cannot be done here. */
export const cannot = 75;

/**
 * Lets keepalived read the config of each host below a folder, in a root folder and a network namespace of its own: the
 * interfaces are bridges, the scripts stand at their paths, and nothing of this machine is touched. Before what is said
 * of a host stands `host NAME`, after it `exit CODE`.
 */
export const script = `
set -u
folder=$1
keepalived=$2
cannot() {
  echo "$1"
  exit ${cannot}
}
# What is mounted here is seen nowhere else, and ends with this process.
mount --make-rprivate / || cannot "mounts cannot be made private"
for host in "$folder"/hosts/*; do
  echo "host \${host##*/}"
  unshare --net --mount sh -c '
    set -u
    root=$1
    cannot() {
      echo "$1"
      exit ${cannot}
    }
    while read -r interface; do
      [ "$interface" = lo ] || ip link add "$interface" type bridge || cannot "no interface can be made"
    done <"$root/interfaces"
    mkdir -p "$root/usr" "$root/dev" "$root/proc" "$root/run" "$root/tmp"
    for part in bin sbin lib lib32 lib64; do
      if [ -L "/$part" ]; then
        ln -s "usr/$part" "$root/$part"
      elif [ -d "/$part" ]; then
        mkdir -p "$root/$part" && mount --bind -o ro "/$part" "$root/$part" || cannot "/$part cannot be mounted"
      fi
    done
    mount --bind -o ro /usr "$root/usr" && mount --bind /dev "$root/dev" || cannot "/usr cannot be mounted"
    if [ -d "$root/libexec" ]; then
      mount -t tmpfs tmpfs "$root/usr/libexec" && cp -R "$root/libexec/." "$root/usr/libexec" || cannot "no /usr/libexec"
    fi
    cp /etc/passwd /etc/group "$root/etc" || cannot "no users"
    find "$root/etc/keepalived" "$root/usr/libexec/keepalived" -type f ! -name keepalived.conf -exec chmod 0755 {} + 2>/dev/null
    chroot "$root" "$2" -t -e -f /etc/keepalived/keepalived.conf
  ' sh "$host" "$keepalived" 2>&1
  code=$?
  [ "$code" -ne ${cannot} ] || exit ${cannot}
  echo "exit $code"
done
`;
