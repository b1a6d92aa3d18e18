# shellcheck shell=bash
# Starting the agent, and judging whether it is healthy. Sourced by install.sh.
: "${root?}" "${data?}" "${wait_s?}"

# Longer than the service's watchdog waits: an agent that hangs at once is found out.
steady_s=35

is_enrolled() { [ -f "$data/locker.key" ]; }

# Restarts the agent, and returns once it is healthy, or fails when it is not within $wait_s.
start_agent() {
  is_enrolled || return 0
  # What Node made of another release's sources.
  rm -rf "$data/compiled"
  say "starting the agent, and watching it for $steady_s s"
  systemctl reset-failed latchwork-agent.service 2>/dev/null || true
  systemctl restart --no-block latchwork-agent.service
  become_healthy || return 1
  systemctl restart --no-block latchwork-kiosk.service
}

become_healthy() {
  local deadline=$((SECONDS + wait_s)) since='' process='' now
  while [ "$SECONDS" -lt "$deadline" ]; do
    now=$(systemctl show --property MainPID --value latchwork-agent.service)
    # Active means that it said so itself: it reads every door and only then serves people.
    if ! systemctl is-active --quiet latchwork-agent.service || ! answers; then
      since=''
    elif [ -z "$since" ] || [ "$now" != "$process" ]; then
      since=$SECONDS process=$now
    elif [ $((SECONDS - since)) -ge "$steady_s" ]; then
      return 0
    fi
    sleep 1
  done
  say "the agent was not well for $steady_s s in a row within $wait_s s" >&2
  return 1
}

# In a shell of its own: writing to an agent that has just hung up must not end the installation.
answers() (
  port=$(sed -n 's/^LATCHWORK_KIOSK_PORT=//p' /etc/default/latchwork 2>/dev/null)
  status=''
  {
    printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' >&3
    while read -r -t 5 line <&3 || [ -n "$line" ]; do
      case $line in *'"status":"ok"'*) status=ok ;; esac
    done
  } 2>/dev/null 3<>"/dev/tcp/127.0.0.1/${port:-8090}"
  [ "$status" = ok ]
)

stop_services() {
  [ -z "$root" ] || return 0
  systemctl stop latchwork-kiosk.service latchwork-agent.service 2>/dev/null || true
}
