# shellcheck shell=bash
# Users, data folder, system files and boot configuration. What we made is written down in /opt/latchwork/made, so that
# only that is taken away again. Sourced by install.sh.
: "${root?}" "${opt?}" "${data?}" "${here?}" "${remove?}" "${volatile_journal?}" "${reboot_wanted?}"

units=(latchwork-agent.service latchwork-kiosk.service)
strict_note='# Latchwork: a pin that nobody holds is let go, so that no coil stays driven when a program dies.'
strict_line='dtparam=strict_gpiod'

check_machine() {
  [ "$(id -u)" -eq 0 ] || fail 'run this as root: sudo ./install.sh'
  [ -f "$root/etc/passwd" ] || fail "$root has no etc/passwd: it is no root of a system"
  local program
  for program in useradd groupadd usermod userdel sha256sum flock; do
    command -v "$program" >/dev/null || fail "$program is missing: this needs Debian or Raspberry Pi OS"
  done
  [ -n "$root" ] || [ -d /run/systemd/system ] || fail 'systemd does not run here; for an image, say --root DIR'
  [ -n "$root" ] || [ "$remove" = yes ] || check_processor
}

check_processor() {
  case $(cat "$here/VERSION"):$(uname -m) in
    *-arm64-*:aarch64 | *-x64-*:x86_64) ;;
    *) fail "this release ($(cat "$here/VERSION")) is not for this processor ($(uname -m)): Raspberry Pi OS must be the 64-bit one" ;;
  esac
}

made() {
  mkdir -p "$opt"
  grep -qxF "$*" "$opt/made" 2>/dev/null || echo "$*" >>"$opt/made"
}

in_file() { grep -q "^$2:" "$root/etc/$1"; }

# Writes to the root's own files, so that an image of another processor can be made, too.
accounts() {
  local program=$1
  shift
  if [ -n "$root" ]; then "$program" --prefix "$root" "$@"; else "$program" "$@"; fi
}

make_people() {
  local group user
  for group in gpio latchwork latchwork-kiosk; do
    in_file group "$group" && continue
    accounts groupadd --system "$group"
    made group "$group"
  done
  for user in latchwork latchwork-kiosk; do
    in_file passwd "$user" && continue
    accounts useradd --system --gid "$user" --home-dir /nonexistent --no-create-home \
      --shell /usr/sbin/nologin "$user"
    made user "$user"
  done
  # Pins, serial lines and buses for the one; display and touch for the other. A group that this machine has not is no loss.
  for group in gpio dialout spi i2c; do add_to latchwork "$group"; done
  for group in video render input; do add_to latchwork-kiosk "$group"; done
}

add_to() {
  in_file group "$2" || return 0
  accounts usermod --append --groups "$2" "$1"
}

take_people() {
  local kind name
  # Only names that are ours alone: others may be in the group of the pins by now.
  while read -r kind name; do
    case $kind:$name in
      user:latchwork*) in_file passwd "$name" && accounts userdel "$name" ;;
      group:latchwork*) if in_file group "$name"; then accounts groupdel "$name"; fi ;;
    esac
  done < <(sort -r "$opt/made" 2>/dev/null)
  # The next user to get that number must not be able to read the key.
  if [ -d "$data" ]; then chown -R 0:0 "$data"; fi
}

make_data_folder() {
  local owner
  owner=$(sed -n 's/^latchwork:[^:]*:\([0-9]*:[0-9]*\):.*/\1/p' "$root/etc/passwd")
  mkdir -p "$data"
  chmod 0700 "$data"
  chown -R "${owner:?}" "$data"
}

# Prints: file of the release, place in the system.
system_files() {
  cat <<'FILES'
system/latchwork-agent.service etc/systemd/system/latchwork-agent.service
system/latchwork-kiosk.service etc/systemd/system/latchwork-kiosk.service
system/70-latchwork.rules etc/udev/rules.d/70-latchwork.rules
system/watchdog.conf etc/systemd/system.conf.d/50-latchwork.conf
bin/latchwork-agent usr/local/bin/latchwork-agent
FILES
}

lay_system_files() {
  local from to
  while read -r from to; do lay "$1/$from" "$root/$to"; done < <(system_files)
  [ -e "$root/etc/default/latchwork" ] || lay "$1/system/default" "$root/etc/default/latchwork"
  if [ "$volatile_journal" = yes ]; then
    lay "$1/system/journald.conf" "$root/etc/systemd/journald.conf.d/50-latchwork.conf"
  fi
  systemctl ${root:+--root="$root"} --quiet enable "${units[@]}"
  [ -z "$root" ] || return 0
  systemctl daemon-reload
  if udevadm control --reload 2>/dev/null; then udevadm trigger --subsystem-match=tty --subsystem-match=gpio; fi
}

# Whole or not at all, and only where something changes.
lay() {
  if cmp -s "$1" "$2"; then return; fi
  mkdir -p "$(dirname "$2")"
  install -m "$(stat -c %a "$1")" "$1" "$2.latchwork-new"
  mv "$2.latchwork-new" "$2"
  case $2 in */system.conf.d/*) reboot_wanted=yes ;; esac
}

take_system_files() {
  local to
  systemctl ${root:+--root="$root"} --quiet disable "${units[@]}" 2>/dev/null || true
  while read -r _ to; do rm -f "$root/$to"; done < <(system_files)
  rm -f "$root/etc/default/latchwork" "$root/etc/systemd/journald.conf.d/50-latchwork.conf"
  rmdir "$root/etc/systemd/system.conf.d" "$root/etc/systemd/journald.conf.d" 2>/dev/null || true
  [ -z "$root" ] || return 0
  systemctl daemon-reload
  udevadm control --reload 2>/dev/null || true
}

# Prints the boot configuration of a Raspberry Pi, or nothing.
boot_config() {
  local file
  for file in "$root/boot/firmware/config.txt" "$root/boot/config.txt"; do
    if [ -f "$file" ]; then echo "$file" && return; fi
  done
}

check_boot_config() {
  local file
  file=$(boot_config)
  [ -z "$file" ] || [ -w "$file" ] || fail "$file cannot be written: mount -o remount,rw $(dirname "$file")"
}

set_boot_config() {
  local file
  file=$(boot_config)
  if [ -z "$file" ] || grep -q "^$strict_line" "$file"; then return; fi
  # Written down first: what may be there must be found again.
  made boot-config "${file#"$root"}"
  replace "$file" < <(cat "$file" && printf '\n[all]\n%s\n%s\n' "$strict_note" "$strict_line")
  reboot_wanted=yes
}

take_boot_config() {
  local file
  file=$(boot_config)
  if [ -z "$file" ] || ! grep -q '^boot-config ' "$opt/made" 2>/dev/null; then return; fi
  # The empty line and the [all] before our note, the note and the setting.
  replace "$file" < <(awk -v note="$strict_note" -v setting="$strict_line" '
    { line[NR] = $0 }
    END {
      for (n = 1; n <= NR; n++) {
        if (line[n] == "" && line[n + 1] == "[all]" && line[n + 2] == note && line[n + 3] == setting) n += 3
        else print line[n]
      }
    }' "$file")
}

# The new text comes whole, in place of the old one; on a card's FAT partition, too.
replace() {
  cat >"$1.latchwork-new"
  chmod --reference="$1" "$1.latchwork-new"
  sync -f "$1.latchwork-new"
  mv "$1.latchwork-new" "$1"
}
