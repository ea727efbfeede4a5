# Sourced by the commands beside it. Checks Node and npm, and installs the packages of the lockfile
# when they are missing or other ones. Leaves the project's folder in $root.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

stop_with() {
  printf 'muster: %s\n' "$1" >&2
  exit 1
}

node_is_new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

command -v node >/dev/null ||
  stop_with 'Node.js 20.19 or newer is needed and was not found. Install it from https://nodejs.org'
node_is_new_enough ||
  stop_with "Node.js 20.19 or newer is needed; this is $(node --version). Update it from https://nodejs.org"

# npm writes its own lockfile into node_modules when it has finished: same versions, nothing to do.
packages_are_current() {
  node -e 'const { packages } = JSON.parse(require("fs").readFileSync("package-lock.json", "utf8"));
    const installed = JSON.parse(
      require("fs").readFileSync("node_modules/.package-lock.json", "utf8")).packages;
    const current = Object.entries(packages).every(([name, { optional, version }]) =>
      name === "" || optional || installed[name]?.version === version);
    process.exit(current ? 0 : 1)' 2>/dev/null
}

install_packages() {
  (cd "$root" && packages_are_current) && return
  command -v npm >/dev/null || stop_with 'npm is needed and was not found. It comes with Node.js: https://nodejs.org'
  printf 'Installing npm packages (about a minute, once) ...\n' >&2
  (cd "$root" && npm ci --include=dev --no-fund --no-audit --loglevel=error >&2) ||
    stop_with 'npm ci failed; its messages are above.'
}

# Stays in the folder it was called from, so that relative paths among the arguments mean what they say.
run_script() {
  script=$1
  shift
  NEXT_TELEMETRY_DISABLED=1 exec node --import "$root/node_modules/tsx/dist/esm/index.mjs" "$root/$script" "$@"
}
