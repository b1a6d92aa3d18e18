#!/bin/bash
# Installs this release of the locker's agent, or takes the agent away. Run it again, from any release, to upgrade.
set -euo pipefail
umask 022

here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
root='' opt='' data='' release='' previous=''
wait_s=120 volatile_journal=no remove=no reboot_wanted=no
# shellcheck source=install/release.sh
. "$here/install/release.sh"
# shellcheck source=install/machine.sh
. "$here/install/machine.sh"
# shellcheck source=install/service.sh
. "$here/install/service.sh"

usage() {
  cat <<'USAGE'
usage: install.sh [--root DIR] [--wait SECONDS] [--volatile-journal]
       install.sh --remove [--root DIR]
  --root DIR           into the root of an image, without starting anything
  --wait SECONDS       how long an upgrade may take to be healthy before it is rolled back (120)
  --volatile-journal   keep the system's journal in memory only
  --remove             take everything away but the data in /var/lib/latchwork
USAGE
}

# The whole script is read before any of it runs: an upgrade may replace or remove it.
main() {
  while [ $# -gt 0 ]; do
    case $1 in
      --root) root=$(cd "${2:?--root needs a folder}" && pwd) && shift ;;
      --wait) wait_s=${2:?--wait needs seconds} && shift ;;
      --volatile-journal) volatile_journal=yes ;;
      --remove) remove=yes ;;
      --help | -h) usage && return ;;
      *) usage >&2 && fail "there is no option $1" ;;
    esac
    shift
  done
  [ "$root" != / ] || root=''
  case $wait_s in '' | *[!0-9]*) fail "--wait needs seconds, not $wait_s" ;; esac

  opt=$root/opt/latchwork data=$root/var/lib/latchwork
  check_machine
  # Whoever installs over a line that breaks gets a whole installation all the same.
  trap '' HUP
  mkdir -p "$opt"
  exec 9>"$opt/.lock"
  flock -n 9 || fail 'another install.sh is running'
  if [ "$remove" = yes ]; then remove_all; else install_or_upgrade; fi
}

install_or_upgrade() {
  release=$(cat "$here/VERSION")
  previous=$(current_release)
  check_boot_config
  place_release
  make_people
  make_data_folder
  set_boot_config
  if [ -n "$root" ]; then
    use_release "$release"
    prune_releases
    say "installed $release into $root"
    return
  fi
  # From here on until it is healthy, whatever ends this script brings the former release back.
  trap 'roll_back' EXIT
  use_release "$release"
  start_agent
  trap - EXIT
  prune_releases
  say "installed $release"
  if ! is_enrolled; then
    say 'next: latchwork-agent enrol --server URL --claim CODE --data /var/lib/latchwork --cabinet FILE'
    say '      systemctl start latchwork-agent'
  fi
  if [ "$reboot_wanted" = yes ]; then say 'restart this machine once: pins and the hardware watchdog are set at its start'; fi
}

remove_all() {
  stop_services
  take_system_files
  take_boot_config
  take_people
  rm -rf "$opt"
  say "removed; the data stays in $data, for root alone"
}

say() {
  # A terminal that is gone is no reason to stop half way.
  echo "latchwork: $*" || true
}

fail() {
  echo "latchwork: $*" >&2
  exit 1
}

main "$@"
exit
