# Shared by ./run and ./test: installs what is missing and builds. Sourced, with the project's folder as working folder.

# A compiler cache, where there is one, must not care where the clone lies.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

say() { printf '\033[1m%s\033[0m\n' "$*"; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif command -v sudo >/dev/null; then sudo "$@"
  else fail "packages are missing and neither root nor sudo is at hand; run this once as root"; fi
}

# have_program NAME: some packages may stand on the machine in another form (node from elsewhere, for example).
provided_otherwise() {
  case "$1" in
    nodejs) command -v node >/dev/null ;;
    npm | python3 | cmake | openssl) command -v "$1" >/dev/null ;;
    *) return 1 ;;
  esac
}

# ensure_packages GROUP...: installs the groups' missing packages from third_party/packages.txt with apt.
ensure_packages() {
  command -v dpkg-query >/dev/null || fail "this needs Debian 12 (apt); see third_party/README.md for what to install elsewhere"
  local group package missing=()
  for group in "$@"; do
    for package in $(sed -n "s/^$group://p" third_party/packages.txt); do
      dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || provided_otherwise "$package" ||
        missing+=("$package")
    done
  done
  [ ${#missing[@]} = 0 ] && return
  say "Installing ${#missing[@]} missing packages: ${missing[*]}"
  local log
  log=$(mktemp)
  { as_root env DEBIAN_FRONTEND=noninteractive apt-get update &&
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 ||
    { tail -n 15 "$log" >&2; fail "apt could not install the packages above; check the network and try again"; }
  rm -f "$log"
}

# build TARGET...: the Release build in build/release, with ninja's progress line.
build() {
  if [ ! -f build/release/build.ninja ]; then
    say "Configuring"
    mkdir -p build
    cmake --preset release >build/configure.log 2>&1 || { tail -n 20 build/configure.log >&2; fail "CMake could not configure the build"; }
  fi
  say "Building: $*"
  NINJA_STATUS='[%f/%t %es] ' cmake --build --preset release --target "$@" ||
    fail "the build failed; the compiler's message is above"
}
