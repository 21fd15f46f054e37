#!/bin/sh
# Instructions per unit, counted by callgrind: each program does its work once and three times, and the difference is
# divided by the units of two repetitions, so that what comes before the first one does not count.
#
#   benches/callgrind.sh w1/thalweg w1/floor-dyn
set -eu

if ! command -v valgrind >/dev/null 2>&1; then
    echo "benches/callgrind.sh: valgrind is missing; install it (on Debian: apt-get install valgrind)" >&2
    exit 2
fi
if [ $# -eq 0 ]; then
    set -- w1/thalweg w1/floor-dyn w2/thalweg w2/thalweg-v2 w2/floor-inline w2-filtered/nothing w2-filtered/model \
        w3/thalweg-stream w3/thalweg-typed w3/thalweg-handler w3/floor-mpsc w7/unheard w7/configured w7/handler w7/floor-boxed
fi
cd "$(dirname "$0")/.."
cargo build --quiet --profile bench -p thalweg-bench
program=${CARGO_TARGET_DIR:-target}/release/thalweg-bench
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# count PROGRAM SIZE REPETITIONS: "units instructions"
count() {
    units=$(valgrind --tool=callgrind --callgrind-out-file="$out/profile" "$program" \
        --only "$1" --size "$2" --reps "$3" 2>"$out/log") || {
        cat "$out/log" >&2
        exit 1
    }
    echo "$units $(sed -n 's/^\(summary\|totals\): //p' "$out/profile" | tail -1)"
}

for name in "$@"; do
    case $name in
    w4/*) size=50000 ;;
    w5*) size=30 ;;
    *) size=2000 ;;
    esac
    # shellcheck disable=SC2046
    set -- $(count "$name" $size 1) $(count "$name" $size 3)
    awk -v name="$name" -v u1="$1" -v i1="$2" -v u2="$3" -v i2="$4" \
        'BEGIN { printf "%-24s %8.0f instructions per unit\n", name, (i2 - i1) / (u2 - u1) }'
done
