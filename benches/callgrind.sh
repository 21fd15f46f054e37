#!/bin/sh
# Instructions per unit, counted by callgrind: each program runs with two sizes, and the difference of what the two
# take is divided by the difference of their units, so that starting and ending do not count.
#
#   benches/callgrind.sh w1/thalweg w1/floor-dyn
set -eu

if ! command -v valgrind >/dev/null 2>&1; then
    echo "benches/callgrind.sh: valgrind is missing; install it (on Debian: apt-get install valgrind)" >&2
    exit 2
fi
if [ $# -eq 0 ]; then
    set -- w1/thalweg w1/floor-dyn w2/thalweg w2/thalweg-v2 w2/floor-inline w2-filtered/nothing w2-filtered/model \
        w3/thalweg-stream w3/thalweg-handler w3/floor-mpsc w7/unheard w7/configured w7/handler w7/floor-boxed
fi
cd "$(dirname "$0")/.."
cargo build --quiet --profile bench -p thalweg-bench
program=${CARGO_TARGET_DIR:-target}/release/thalweg-bench
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# count PROGRAM SIZE: "units instructions"
count() {
    units=$(valgrind --tool=callgrind --callgrind-out-file="$out/$2" "$program" --once "$1" --size "$2" 2>"$out/log") || {
        cat "$out/log" >&2
        exit 1
    }
    echo "$units $(sed -n 's/^\(summary\|totals\): //p' "$out/$2" | tail -1)"
}

for name in "$@"; do
    case $name in
        w4/*) small=20000 large=60000 ;;
        w5*) small=10 large=40 ;;
        *) small=1000 large=3000 ;;
    esac
    # shellcheck disable=SC2046
    set -- $(count "$name" "$small") $(count "$name" "$large")
    awk -v name="$name" -v u1="$1" -v i1="$2" -v u2="$3" -v i2="$4" \
        'BEGIN { printf "%-24s %10.0f instructions per unit\n", name, (i2 - i1) / (u2 - u1) }'
done
