#!/usr/bin/env bash
# Starts the weekly run, keeps its log, and tells someone when it did not end well.
#
#   weekly_finra.sh [options of the command]    run the command with these options
#   weekly_finra.sh --notify <code> [<log>]     only tell someone; the log's end is read from stdin
#
# Exit code: the command's own. 2 when another start is still going, or when this script cannot do its work.
# Settings come from the environment or from FINRA_WEEKLY_ENV_FILE; the README beside this file lists them.
set -u
umask 027

# cron hands over a PATH without /usr/local/bin, where npm puts the command.
PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin
export PATH

read_settings() {
  local env_file=${FINRA_WEEKLY_ENV_FILE:-/etc/market-spine/finra-weekly.env}
  if [[ -r $env_file ]]; then
    set -a
    # shellcheck source=/dev/null
    . "$env_file" || setup_error="cannot read the settings in $env_file"
    set +a
  elif [[ -n ${FINRA_WEEKLY_ENV_FILE:-} ]]; then
    setup_error="cannot read the settings in $env_file"
  fi
}

setup_error=
read_settings
home=${FINRA_WEEKLY_HOME:-/var/lib/market-spine}
command=${FINRA_WEEKLY_COMMAND:-run-finra-weekly-schedule}
log_file=${FINRA_WEEKLY_LOG_FILE:-/var/log/market-spine/weekly_finra.log}
lock_file=${FINRA_WEEKLY_LOCK_FILE:-$home/weekly_finra.lock}
mail_command=${FINRA_WEEKLY_MAIL_COMMAND:-mail}
mail_to=${FINRA_WEEKLY_MAIL_TO:-data-operations@localhost}
page_command=${FINRA_WEEKLY_PAGE_COMMAND:-$mail_command}
page_to=${FINRA_WEEKLY_PAGE_TO:-oncall@localhost}
runbook=${FINRA_WEEKLY_RUNBOOK:-$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")/README.md}
# The command's own defaults are relative, and cron starts in the user's home.
export MARKET_SPINE_DB=${MARKET_SPINE_DB:-$home/market_spine.db}
export MARKET_SPINE_DATA_DIR=${MARKET_SPINE_DATA_DIR:-$home/finra_otc}

exec 3>&2 # the caller's stderr, which cron mails: the last resort once stdout and stderr are the log

say() {
  printf '%s weekly_finra.sh: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$*"
}

meaning() {
  case $1 in
    1) echo 'partial failure: the run finished and at least one partition is not complete' ;;
    2) echo 'critical: the run could not do its job' ;;
    126 | 127) echo 'critical: the command could not be started' ;;
    129 | 1[3-9]? | [A-Z]*) echo 'critical: the run was killed' ;;
    *) echo 'critical: unexpected end' ;;
  esac
}

runbook_section() {
  if [[ $1 == 1 ]]; then echo 'Exit 1: partial failure'; else echo 'Exit 2: critical'; fi
}

# message <code> <what happened>, the end of the log on stdin
message() {
  printf '%s\n\n' "$2"
  printf 'Exit code: %s\nHost: %s\nDatabase: %s\nLog: %s\n' "$1" "$(uname -n)" "$MARKET_SPINE_DB" "$log_file"
  printf 'What to do: %s, section "%s"\n\nThe end of the log:\n' "$runbook" "$(runbook_section "$1")"
  tail -n 50 | cut -c 1-500
}

# notify <code> <what happened>, the end of the log on stdin. 1 mails data operations, anything else pages; when
# one of the two fails, the other is tried, so that one broken gateway does not hide a failed run.
notify() {
  local code=$1 subject body
  subject="[market-spine] FINRA weekly run on $(uname -n): exit $code, $2"
  body=$(message "$code" "$2")
  if [[ $code == 1 ]]; then
    send "$mail_command" "$mail_to" "$subject" "$body" || send "$page_command" "$page_to" "$subject" "$body"
  else
    send "$page_command" "$page_to" "$subject" "$body" || send "$mail_command" "$mail_to" "$subject" "$body"
  fi || {
    say "nobody could be told of this: $subject"
    say "nobody could be told of this: $subject" >&3
  }
}

# send <command> <address> <subject> <body>
send() {
  if "$1" -s "$3" "$2" <<<"$4"; then
    say "told $2 by $1"
  else
    say "$1 could not tell $2"
    return 1
  fi
}

give_up() {
  say "$1" >&3
  notify 2 "$1" </dev/null
  exit 2
}

if [[ ${1:-} == --notify ]]; then
  log_file=${3:-$log_file}
  [[ ${2:-} == 0 ]] || notify "${2:-unknown}" "$(meaning "${2:-unknown}")"
  exit
fi

[[ -z $setup_error ]] || give_up "$setup_error"
mkdir -p "$(dirname "$log_file")" || give_up "cannot make the folder of the log file $log_file"
{ : >>"$log_file"; } || give_up "cannot write the log file $log_file"
log_size=$(wc -c <"$log_file")
exec >>"$log_file" 2>&1

finish() { # finish <code> <what happened>
  say "end, exit $1${2:+, $2}"
  [[ $1 == 0 ]] || tail -c "+$((log_size + 1))" "$log_file" | notify "$1" "$2"
  exit "$1"
}

mkdir -p "$(dirname "$lock_file")" || finish 2 "cannot make the folder of the lock file $lock_file"
{ exec 9>>"$lock_file"; } || finish 2 "cannot open the lock file $lock_file"
flock -n -E 2 9
case $? in
  0) ;;
  2) finish 2 "another start holds $lock_file, nothing was run" ;;
  *) finish 2 "flock could not take $lock_file, nothing was run" ;;
esac

child=
signalled=
# A stop is handed on, and the command's own exit code awaited: it frees its lock and closes its books first.
trap 'signalled=yes; [[ -z $child ]] || kill -TERM "$child"' TERM INT HUP
say "start: $command $*"
"$command" "$@" &
child=$!
[[ -z $signalled ]] || kill -TERM "$child"
while
  signalled=
  wait "$child"
  code=$?
  [[ -n $signalled ]]
do :; done
trap - TERM INT HUP
exec 9>&- # mailing may take long, and must not refuse the next start

if [[ $code == 0 ]]; then finish 0 ''; else finish "$code" "$(meaning "$code")"; fi
