#!/usr/bin/env bash
#
# Makes a Debian machine ready for Forrest's tests: the programs they run, a Docker engine that answers, and a few small
# images. What is there already is used as it is, so that a second run costs a fraction of a second.
#
# The images are put together from the files of Debian packages and never pulled: the tests then need no image registry,
# no account and no luck with rate limits, only the packages that the machine can have anyway.

set -euo pipefail
umask 022                                      # what is copied into the images must be readable to every user there
export PATH="$PATH:/usr/sbin:/sbin"            # dockerd, iptables and ip live where not every caller looks

readonly ENGINE_LOG=/var/log/forrest-dockerd.log
readonly ENGINE_DEADLINE=60                    # seconds; a start takes two or three, one after a crash may take longer
readonly LATER_RELEASE=trixie                  # the Debian release whose HAProxy, 3.0, is the newer one of the tests
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

work=$(mktemp -d)
policy=                                        # the path of our own policy-rc.d, while there is one
trap 'rm -rf "$work" ${policy:+"$policy"}' EXIT

say()  { echo "provision: $*"; }
fail() { echo "provision: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null; }
root() { ((EUID == 0)); }

# ---- packages --------------------------------------------------------------------------------------------------------

install_packages() {
  local missing=()
  want() { have "$1" || missing+=("$2"); }

  want docker docker.io                        # the client, which a machine can have without an engine
  engine_answers || { want dockerd docker.io; want iptables iptables; want ip iproute2; }
  want etcd etcd-server
  want docker-registry docker-registry
  want haproxy haproxy
  want curl curl
  busybox --list 2>/dev/null | grep -x httpd >/dev/null || missing+=(busybox-static)  # plain busybox has no httpd
  ! root || ! wants_wrk || missing+=(wrk)
  ((${#missing[@]})) || return 0

  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  if ! root || ! have apt-get; then
    fail "please install ${missing[*]} (Debian's names): only root can have that done here, and only by apt-get"
  fi
  say "installing ${missing[*]}"
  forbid_services
  apt update
  apt install --no-install-recommends "${missing[@]}"
  have docker || apt install --no-install-recommends docker-cli  # a package of its own since Debian 13
  ! wants_wrk || apt install --no-install-recommends wrk         # before the update it may not have been known
}

# The examples use wrk where it is installed, and have a load generator of their own.
wants_wrk() { ! have wrk && have apt-cache && apt-cache show wrk >/dev/null 2>&1; }

apt() {
  for _ in 1 2; do                             # a hiccup of the network fails once, a fault fails twice
    DEBIAN_FRONTEND=noninteractive apt-get -qq -y "$@" </dev/null >"$work/apt.log" 2>&1 && return
  done
  tail -n 20 "$work/apt.log" >&2
  fail "apt-get $1 failed twice, see above"
}

# Some of these packages start a service as they are installed, on a port that a test may want; without an init system
# the attempt can fail the installation. 101 is Debian's "not allowed". A policy that is there already is left alone.
forbid_services() {
  [[ ! -e /usr/sbin/policy-rc.d ]] || return 0
  policy=/usr/sbin/policy-rc.d
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod +x "$policy"
}

# ---- engine ----------------------------------------------------------------------------------------------------------

engine_answers() { have docker && timeout 10 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

start_engine() {
  local pid=
  ! engine_answers || return 0
  [[ -z ${DOCKER_HOST:-} ]] || fail "no answer from DOCKER_HOST=$DOCKER_HOST: start that engine, or unset DOCKER_HOST"
  root || fail "no Docker engine answers (is it running, may you use it?), and only root can start one"

  drop_stale_pid /var/run/docker.pid dockerd
  drop_stale_pid /var/run/docker/containerd/containerd.pid containerd
  if [[ -d /run/systemd/system ]]; then        # its docker.socket would be in the way of a daemon started by hand
    say "starting docker.service"
    systemctl start docker || fail "docker.service does not start: see journalctl -u docker"
  elif [[ ! -e /var/run/docker.pid ]]; then    # if it is there still, a dockerd is on its way up: only wait
    say "starting dockerd, log in $ENGINE_LOG"
    launch_dockerd & pid=$!
  fi

  local deadline=$((SECONDS + ENGINE_DEADLINE))
  until engine_answers; do
    if ((SECONDS >= deadline)) || [[ -n $pid && ! -d /proc/$pid ]]; then
      tail -n 20 "$ENGINE_LOG" >&2 || true
      fail "the Docker engine does not answer, the end of its log is above"
    fi
    sleep 0.2
  done
}

# The engine outlives this script and must hold nothing of its caller's: a build that reads our output through a pipe
# waits until *every* holder of that pipe is gone, and a terminal that closes takes its session along.
launch_dockerd() {
  local fd
  for fd in /proc/self/fd/*; do
    fd=${fd##*/}
    ((fd <= 2)) || exec {fd}>&-
  done
  cd /
  exec setsid dockerd </dev/null >"$ENGINE_LOG" 2>&1
}

# dockerd takes a pid file for a running daemon if any process at all has that number, which after a crash or in a
# restored snapshot one easily has. So a file stays only where the process is what the file says.
drop_stale_pid() {
  [[ ! -e $1 || $(cat "/proc/$(<"$1")/comm" 2>/dev/null) == "$2" ]] || rm -f "$1"
}

# ---- images ----------------------------------------------------------------------------------------------------------

# image NAME FILL INSTRUCTION...: the function FILL puts files under the directory it is given, the instructions are
# those of a Dockerfile. To make an image anew, remove it first.
image() {
  local name=$1 fill=$2 root changes=() instruction
  ! docker image inspect "$name" >/dev/null 2>&1 || return 0
  say "making $name"
  root=$(mktemp -d -p "$work")
  chmod 755 "$root"                            # it becomes the image's /
  for instruction in "${@:3}"; do changes+=(--change "$instruction"); done
  "$fill" "$root"
  tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import "${changes[@]}" - "$name" >/dev/null
}

# program ROOT PATH NAME: the program goes to PATH, and with it the shared libraries that it needs, if any.
program() {
  install -D -m 755 "$(command -v "$3")" "$1$2"
  libraries "$1" "$3"
}

libraries() {
  local library
  for library in $(ldd "$(command -v "$2")" 2>/dev/null | grep -o '/[^ ]*'); do cp -L --parents "$library" "$1"; done
}

fill_busybox() {
  local applet
  mkdir -p "$1"/{bin,etc,home,root,usr/bin,var}
  install -d -m 1777 "$1/tmp" "$1/var/tmp"
  program "$1" /bin/busybox busybox
  for applet in $(busybox --list); do [[ $applet == busybox ]] || ln -s busybox "$1/bin/$applet"; done
  ln -s ../../bin/env "$1/usr/bin/env"         # where the first line of a script looks for it
  printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534:nobody:/home:/bin/false >"$1/etc/passwd"
  printf '%s\n' root:x:0: nogroup:x:65534: >"$1/etc/group"
  echo 'hosts: files dns' >"$1/etc/nsswitch.conf"
  libraries "$1" getent                        # to look up a host even a static program loads libc.so, or crashes
}

fill_etcd() {
  fill_busybox "$1"
  program "$1" /usr/local/bin/etcd etcd
  ! have etcdctl || program "$1" /usr/local/bin/etcdctl etcdctl
}

# Debian's own configuration demands a password. This is the one of Docker Hub's registry:2, less its health checks.
fill_registry() {
  fill_busybox "$1"
  program "$1" /bin/registry docker-registry
  mkdir -p "$1/var/lib/registry" "$1/etc/docker/registry"
  printf '%s\n' 'version: 0.1' \
                'log: {fields: {service: registry}}' \
                'storage: {cache: {blobdescriptor: inmemory}, filesystem: {rootdirectory: /var/lib/registry}}' \
                'http: {addr: ":5000", headers: {X-Content-Type-Options: [nosniff]}}' \
                >"$1/etc/docker/registry/config.yml"
}

# At /usr/local, where Docker Hub's image has it, whose command line then works here too.
fill_haproxy() {
  fill_busybox "$1"
  program "$1" /usr/local/sbin/haproxy haproxy
  mkdir -p "$1/usr/local/etc/haproxy"
}

# The HAProxy of a later release needs a later libc. So it comes with the loader and all the libraries of that release,
# which take the place of this machine's in the image; nothing of them is installed here.
fill_haproxy_newer() {
  local tree=$work/$LATER_RELEASE loader directory needed name file
  unpack_later haproxy "$tree"
  fill_busybox "$1"
  install -D -m 755 "$tree/usr/sbin/haproxy" "$1/usr/local/sbin/haproxy"
  mkdir -p "$1/usr/local/etc/haproxy"
  loader=$(find "$tree" -type f -name 'ld-linux*.so.*')
  directory=${loader%/*}
  needed=$("$loader" --inhibit-cache --library-path "$directory" --list "$tree/usr/sbin/haproxy" |
           sed -nE "s|^\s*(\S+) => ($tree/\S+) .*|\1 \2|p")
  while read -r name file; do                  # a library has a name, the loader itself a path
    [[ $name == /* ]] || name=/lib/${directory##*/}/$name
    install -D -m 755 "$file" "$1$name"
  done <<<"$needed"
}

# unpack_later PACKAGE DIRECTORY: a package of the later release with all that it depends on, unpacked and not installed.
# The machine's own apt is asked for its mirror, and is not touched: lists, cache and status are others. As nothing counts
# as installed, apt adds every library.
unpack_later() {
  local later=$work/apt mirror package
  have apt-get || fail "the HAProxy of Debian's $LATER_RELEASE comes by apt-get, which is not here"
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || fail "apt names no mirror of Debian, which the HAProxy of $LATER_RELEASE comes from"
  mkdir -p "$later"/{parts,lists/partial,cache/archives/partial} "$2"
  touch "$later"/{status,preferences}
  echo "deb [signed-by=$KEYRING] $mirror $LATER_RELEASE main" >"$later/sources.list"
  # apt's sandbox would be another user, who cannot read our directory
  printf '%s;\n' "Dir::Etc::sourcelist \"$later/sources.list\"" "Dir::Etc::sourceparts \"$later/parts\"" \
                 "Dir::Etc::preferences \"$later/preferences\"" "Dir::Etc::preferencesparts \"$later/parts\"" \
                 "Dir::State \"$later\"" "Dir::State::status \"$later/status\"" "Dir::Cache \"$later/cache\"" \
                 "Dir::Log \"$later\"" 'APT::Sandbox::User "root"' 'APT::Update::Error-Mode "any"' >"$later/apt.conf"
  (
    export APT_CONFIG=$later/apt.conf
    apt update
    apt install --no-install-recommends --target-release "$LATER_RELEASE" --download-only "$1"
  ) || fail "no $1 of Debian's $LATER_RELEASE: its mirror must be reachable, and $KEYRING know its key"
  for package in "$later"/cache/archives/*.deb; do dpkg-deb -x "$package" "$2"; done
}

# Debian's main archive as this machine's sources name it; where there are no lists yet, only the release tells it.
debian_mirror() {
  local codename
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Created-By: Packages' |
    awk -v codename="$codename" \
        '$3 == "main" && $2 !~ /[-\/]/ && ($4 == "Debian" || $2 == codename) && !found { print $1; found = 1 }'
}

make_images() {
  local path='ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  image forrest-test/busybox:local fill_busybox "$path" 'CMD ["sh"]'
  image forrest-test/etcd:local fill_etcd "$path" 'EXPOSE 2379 2380' 'CMD ["/usr/local/bin/etcd"]'
  image forrest-test/registry:local fill_registry "$path" 'EXPOSE 5000' \
        'CMD ["registry", "serve", "/etc/docker/registry/config.yml"]'
  local run='CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]'
  image forrest-test/haproxy:local fill_haproxy "$path" "$run"
  image forrest-test/haproxy-newer:local fill_haproxy_newer "$path" "$run"
}

# ----------------------------------------------------------------------------------------------------------------------

if root; then                                  # two builds at once: the second waits, and then finds everything done
  exec 9>/run/forrest-provision.lock
  flock 9
fi
install_packages
start_engine
make_images
say "engine, etcd, registry, HAProxy and images are ready"
