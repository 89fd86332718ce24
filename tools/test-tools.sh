# Sourced by ./test: brings what a stage needs and the machine lacks. Root gets Debian packages installed; anybody
# else is told in one line what to ask for. Python and npm packages go under $tools, never outside the target folder.
# shellcheck shell=bash

apt_is_fresh=

# apt_need COMMAND PACKAGE [COMMAND PACKAGE]... : every command is there afterwards, or the stage fails in clear words.
apt_need() {
  local missing=() packages=()
  while [ $# -gt 0 ]; do
    if ! has_command "$1"; then
      missing+=("$1")
      packages+=("$2")
    fi
    shift 2
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "missing: ${missing[*]}. Please install (Debian names): ${packages[*]}"
    return 1
  fi
  echo "installing ${packages[*]}"
  if [ -z "$apt_is_fresh" ]; then
    apt_quiet update || return 1
    apt_is_fresh=1
  fi
  apt_quiet install --no-install-recommends "${packages[@]}" || return 1
}

# The server binaries of PostgreSQL are not on Debian's path.
has_command() {
  case $1 in
    initdb) ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null ;;
    xfs_io | mkfs.xfs) command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] ;;
    ensurepip) "$(system_python)" -c 'import ensurepip, venv' 2>/dev/null ;;
    *) command -v "$1" >/dev/null ;;
  esac
}

apt_quiet() {
  local log="$scratch/apt.log"
  if ! DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@" </dev/null >"$log" 2>&1; then
    tail -n 20 "$log"
    echo "apt-get $1 failed"
    return 1
  fi
}

system_python() {
  command -v python3 || echo /usr/bin/python3
}

# Python packages in one venv; versions pinned here, so that a run today and next month test the same.
python_need() {
  local stamp="$tools/python/.installed" wanted="$*"
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && [ -x "$tools/python/bin/python" ] && return 0
  apt_need python3 python3 || return 1
  apt_need ensurepip python3-venv || return 1
  rm -rf "$tools/python"
  "$(system_python)" -m venv "$tools/python" || return 1
  "$tools/python/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir "$@" </dev/null || return 1
  printf '%s' "$wanted" >"$stamp"
}

# npm packages, each as NAME@VERSION; node comes with npm.
npm_need() {
  local stamp="$tools/npm/.installed" wanted="$*"
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return 0
  apt_need npm npm || return 1
  mkdir -p "$tools/npm"
  npm install --prefix "$tools/npm" --cache "$tools/npm/.cache" --no-audit --no-fund --silent "$@" </dev/null || return 1
  printf '%s' "$wanted" >"$stamp"
}
