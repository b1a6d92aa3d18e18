# shellcheck shell=bash
# The releases below /opt/latchwork: laid whole or not at all, and one of them current. Sourced by install.sh.
: "${root?}" "${opt?}" "${here?}" "${release?}" "${previous?}"

# Prints the name of the release in use, or nothing.
current_release() {
  local target
  target=$(readlink "$opt/current" 2>/dev/null) || return 0
  [ ! -d "$opt/$target" ] || basename "$target"
}

# Copies this archive beside the other releases; what a card has damaged is found before it is used.
place_release() {
  local place=$opt/releases/$release draft=$opt/releases/.incoming
  if [ "$here" = "$(readlink -f "$place" || true)" ] || { [ -d "$place" ] && is_whole "$place"; }; then return; fi
  mkdir -p "$opt/releases"
  rm -rf "$draft"
  cp -R --no-dereference --preserve=mode,timestamps "$here" "$draft"
  chown -R 0:0 "$draft"
  chmod -R u=rwX,go=rX "$draft"
  if ! is_whole "$draft"; then
    rm -rf "$draft"
    fail 'this archive is damaged (see above), or the disk is: fetch it once more'
  fi
  sync -f "$draft"
  if [ -d "$place" ]; then
    rm -rf "$opt/releases/.damaged"
    mv "$place" "$opt/releases/.damaged"
  fi
  mv "$draft" "$place"
  rm -rf "$opt/releases/.damaged"
}

# True when every file and link is there as MANIFEST and LINKS say.
is_whole() {
  local path target
  (cd "$1" && sha256sum --check --quiet --strict MANIFEST >&2) || return 1
  while IFS=$'\t' read -r path target; do
    [ "$(readlink "$1/$path")" = "$target" ] || {
      say "$path does not lead to $target" >&2
      return 1
    }
  done <"$1/LINKS"
}

# At any moment there is one current release: the link is replaced, never removed.
use_release() {
  ln -sfn "releases/$1" "$opt/.current"
  mv -T "$opt/.current" "$opt/current"
  touch "$opt/releases/$1"
  lay_system_files "$opt/releases/$1"
}

# What is in use stays, and the one before it, for a way back.
prune_releases() {
  local name kept=0 current
  current=$(current_release)
  find "$opt/releases" -mindepth 1 -maxdepth 1 -type d -printf '%T@ %f\n' | sort -rn | cut -d ' ' -f 2 |
    while read -r name; do
      if [ "$name" = "$current" ]; then continue; fi
      kept=$((kept + 1))
      if [ "$kept" -gt 1 ] || [ "${name#.}" != "$name" ]; then rm -rf "$opt/releases/${name:?}"; fi
    done
}

# Runs when an installation ends before the new release was healthy.
roll_back() {
  local status=$?
  trap - EXIT
  [ "$status" -ne 0 ] || status=1
  set +e
  if [ -z "$previous" ] || [ "$previous" = "$release" ]; then
    say "$release is not healthy, and there is no other release to go back to: see 'journalctl -u latchwork-agent'" >&2
    exit "$status"
  fi
  say "$release is not healthy: going back to $previous" >&2
  use_release "$previous"
  if start_agent; then
    say "$previous runs again; the data was kept" >&2
    rm -rf "$opt/releases/${release:?}"
  else
    say "$previous is not healthy either: see 'journalctl -u latchwork-agent'" >&2
  fi
  exit "$status"
}
