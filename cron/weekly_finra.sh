#!/usr/bin/env bash
# Starts the weekly run, keeps its log, and tells someone when it did not end well.
#
#   weekly_finra.sh [options of the command]    run the command with these options
#   weekly_finra.sh --notify <code> [<log>]     only tell someone; the log's end is read from stdin
#
# Exit code: the command's own. 2 when another start is still going, or when this script cannot do its work. With
# --notify 0, or 1 when nobody could be told.
# Settings come from the environment or from FINRA_WEEKLY_ENV_FILE; the README beside this file lists them.
set -u
umask 027

# cron hands over a PATH without /usr/local/bin, where npm puts the command.
PATH=${PATH:+$PATH:}/usr/local/bin:/usr/bin:/bin
export PATH

# set_from <line>: exports what a line of the settings file sets; 1 when the line cannot be taken. Values are literal, as
# in systemd's EnvironmentFile=, and nothing in them is expanded or run. What systemd would undo, a backslash above
# all, is refused rather than read in another way.
set_from() {
  local nothing='^[[:space:]]*([#;](.*[^\])?)?$'
  local setting='^[[:space:]]*([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$'
  local single="^'[^']*'\$" double='^"[^"\]*"$' plain="^([^\"'\\][^\\]*)?\$" name value
  [[ ! $1 =~ $nothing ]] || return 0
  [[ $1 =~ $setting ]] || return 1
  name=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
  value=${value%"${value##*[![:space:]]}"}
  if [[ $value =~ $single || $value =~ $double ]]; then
    value=${value:1:-1}
  elif [[ ! $value =~ $plain ]]; then
    return 1
  fi
  export "$name=$value" 2>/dev/null
}

read_settings() {
  local file=${FINRA_WEEKLY_ENV_FILE:-/etc/market-spine/finra-weekly.env} folder line number=0 bad_line=
  folder=$(dirname "$file")
  # Only a file that is not there, and was not named, is none. Whether it is cannot be seen in a folder that is closed.
  if [[ -z ${FINRA_WEEKLY_ENV_FILE:-} && ! -e $file && ! -L $file && (! -d $folder || -x $folder) ]]; then return; fi
  if [[ -d $file || ! -r $file ]]; then
    setup_error="cannot read the settings in $file"
    return
  fi
  # To the end, whatever is wrong with a line: who is told may stand below it. The line itself may be a password.
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    set_from "$line" || bad_line=${bad_line:-$number}
  done <"$file" || setup_error="cannot read the settings in $file"
  [[ -z $bad_line ]] || setup_error="cannot read the settings in $file: line $bad_line is not a plain KEY=value"
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
send_timeout=${FINRA_WEEKLY_SEND_TIMEOUT:-60}
if ! timeout "$send_timeout" true 2>/dev/null; then
  setup_error=${setup_error:-"FINRA_WEEKLY_SEND_TIMEOUT is no time that timeout knows: $send_timeout"}
  send_timeout=60
fi
runbook=${FINRA_WEEKLY_RUNBOOK:-$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")/README.md}
# The command's own defaults are relative, and cron starts in the user's home.
export MARKET_SPINE_DB=${MARKET_SPINE_DB:-$home/market_spine.db}
export MARKET_SPINE_DATA_DIR=${MARKET_SPINE_DATA_DIR:-$home/finra_otc}
# Two weeks more than its default, to see an exit 1 and mend it. Weeks that are named instead exclude a lookback.
[[ -n ${MARKET_SPINE_WEEKS:-} ]] || export MARKET_SPINE_LOOKBACK_WEEKS=${MARKET_SPINE_LOOKBACK_WEEKS:-8}

exec 3>&2 # the caller's stderr, which cron mails: the last resort once stdout and stderr are the log
log_error=
last_lines=

# Never fails: whether someone was told must not hang on whether that could be noted. What the log has no room for
# goes to the caller's stderr, and so does everything after it.
say() {
  local line
  line="$(date -u +%Y-%m-%dT%H:%M:%SZ) weekly_finra.sh: $*"
  printf '%s\n' "$line" 2>/dev/null || {
    log_failed
    printf '%s\n' "$line"
  } || true
}

log_failed() {
  log_error=' (it could not be written, or not all of it)'
  exec >&3 2>&3
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

# message <code> <what happened>, the last lines on stdin
message() {
  printf '%s\n\n' "$2"
  printf 'Exit code: %s\nHost: %s\nDatabase: %s\nLog: %s%s\n' \
    "$1" "$(uname -n)" "$MARKET_SPINE_DB" "$log_file" "$log_error"
  [[ -z $setup_error || $setup_error == "$2" ]] || printf 'Settings: %s\n' "$setup_error"
  printf 'What to do: %s, section "%s"\n\nThe last lines:\n' "$runbook" "$(runbook_section "$1")"
  tail -n 50 | cut -c 1-500
}

# notify <code> <what happened>, the last lines on stdin. 1 mails data operations, anything else pages; when one of
# the two fails, the other is tried, so that one broken gateway does not hide a failed run.
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
    return 1
  }
}

# send <command> <address> <subject> <body>
send() {
  # A pipe and no here-string, which needs room in /tmp.
  printf '%s\n' "$4" | timeout --kill-after=5 "$send_timeout" "$1" -s "$3" "$2"
  case $? in
    0) say "told $2 by $1" ;;
    124 | 137) say "$1 could not tell $2: it took longer than $send_timeout" && return 1 ;;
    *) say "$1 could not tell $2" && return 1 ;;
  esac
}

give_up() {
  say "$1" >&3
  [[ -z $log_is_open ]] || say "$1"
  notify 2 "$1" </dev/null
  exit 2
}

if [[ ${1:-} == --notify ]]; then
  log_file=${3:-$log_file}
  [[ ${2:-} == 0 ]] || notify "${2:-unknown}" "$(meaning "${2:-unknown}")"
  exit
fi

log_is_open=
mkdir -p "$(dirname "$log_file")" || give_up "${setup_error:-cannot make the folder of the log file $log_file}"
{ exec 7>>"$log_file"; } || give_up "${setup_error:-cannot write the log file $log_file}"
exec >&7 2>&7
log_is_open=yes
[[ -z $setup_error ]] || give_up "$setup_error"

finish() { # finish <code> <what happened>
  say "end, exit $1${2:+, $2}"
  [[ $1 == 0 ]] || printf '%s' "$last_lines" | notify "$1" "$2"
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

# Writes what the command says to the log, a line at a time, and at its end gives the last of it on stdout, with the
# number of lines that the log had no room for: kept apart from the log, which may be full or rotated meanwhile.
keep() {
  trap '' TERM INT HUP # a stop is the command's matter, whose last lines are wanted
  local line lost=0
  {
    while IFS= read -r line || [[ -n $line ]]; do
      printf '%s\n' "$line" >&7 || lost=$((lost + 1))
      printf '%s\n' "$line"
    done
    printf '%s\n' "$lost"
  } 2>/dev/null | tail -n 51
}

coproc KEEPER { keep; } 3>&- 9>&-
exec 5<&"${KEEPER[0]}"- 6>&"${KEEPER[1]}"-

child=
signalled=
# A stop is handed on, and the command's own exit code awaited: it frees its lock and closes its books first.
trap 'signalled=yes; [[ -z $child ]] || kill -TERM "$child"' TERM INT HUP
say "start: $command $*"
"$command" "$@" >&6 2>&1 3>&- 5<&- 6>&- 7>&- &
child=$!
exec 6>&-
[[ -z $signalled ]] || kill -TERM "$child"
while
  signalled=
  wait "$child"
  code=$?
  [[ -n $signalled ]]
do :; done
trap - TERM INT HUP
exec 9>&- # mailing may take long, and must not refuse the next start

# Only what the command has left behind, and still writes, can make this wait.
if kept=$(timeout 10 cat <&5); then
  lost=${kept##*$'\n'}
  last_lines=${kept%"$lost"}
  [[ $lost == 0 ]] || log_failed
else
  last_lines=$'something that the command started is still going: see the log\n'
fi

if [[ $code != 0 ]]; then
  finish "$code" "$(meaning "$code")"
elif [[ -n $log_error ]]; then
  finish 2 "the command ended with exit 0, but the log $log_file could not be written"
else
  finish 0 ''
fi
