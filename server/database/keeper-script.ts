/** What the keeper says through its exit status when PostgreSQL never ran. */
export const keeperStatus = { locked: 75, startedByHand: 76, initdbFailed: 77, noLockTool: 78 } as const;

/** What the keeper says while it works. */
export const keeperNotice = { makingDatabase: 'keeper: making a new database' } as const;

/**
 * The keeper: a few lines of POSIX shell between us and PostgreSQL, run as PostgreSQL's user, which become
 * PostgreSQL by `exec`, so its process id and exit status are PostgreSQL's own.
 *
 * Invariants:
 * - Whoever works on the cluster holds the lock on descriptor 9; PostgreSQL and every process of it inherit
 *   it, and the kernel lets go of it when the last one is dead. So under the lock no other PostgreSQL runs on
 *   this data, and `postmaster.pid` and the socket are left-overs, whatever process bears that number now.
 * - `data` is a finished cluster: it is made beside its place, synced and renamed.
 * - The watcher reads our end of a pipe. When we end, kill -9 included, the read ends and it stops PostgreSQL.
 *   It is nobody's child, since PostgreSQL takes the death of a child that it does not know for a crash.
 *
 * An inline script and not a file, since PostgreSQL's user need not be able to read the checkout.
 * Environment: CLUSTER, BINARIES, SOCKETS (folders), OWNER (a line for who looks next), STOP_SIGNAL,
 * INITDB_SYNC (a flag of initdb), REMOVE (`yes`: the watcher removes the cluster when we die). Arguments:
 * PostgreSQL's.
 */
export const keeperScript = `
umask 077
cd "$CLUSTER" || exit 1
command -v flock >/dev/null || exit ${keeperStatus.noLockTool}
exec 9>>lock
flock --nonblock 9 || exit ${keeperStatus.locked}
read -r left _ 2>/dev/null <data/postmaster.pid || left=
if [ -n "$left" ] && [ "/proc/$left/cwd" -ef data ]; then
  echo "$left" >&2
  exit ${keeperStatus.startedByHand}
fi
echo "$OWNER" >owner
mkdir -p "$SOCKETS"
rm -f data/postmaster.pid "$SOCKETS"/.s.PGSQL.*
if [ ! -d data ]; then
  echo '${keeperNotice.makingDatabase}' >&2
  rm -rf data.new
  "$BINARIES/bin/initdb" --pgdata=data.new --username=postgres --encoding=UTF8 \\
    --locale-provider=builtin --locale=C.UTF-8 --lc-messages=C \\
    --auth-local=trust --auth-host=reject --no-instructions "$INITDB_SYNC" </dev/null >/dev/null || exit ${keeperStatus.initdbFailed}
  mv data.new data && sync . || exit ${keeperStatus.initdbFailed}
fi
exec 3<&0
watch() {
  read -r _ <&3
  kill -s "$STOP_SIGNAL" $$
  if [ "$REMOVE" = yes ]; then
    tries=0
    while kill -0 $$ && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
    rm -rf "$CLUSTER"
  fi
}
(watch >/dev/null 2>&1 9>&- &)
exec "$BINARIES/bin/postgres" -D "$CLUSTER/data" "$@" </dev/null 3<&-
`;
