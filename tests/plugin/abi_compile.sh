#!/bin/sh
# SPDX-License-Identifier: MIT
# The C headers compile in every dialect a vendor may use, without a warning and without hidden padding. $1: include directory.
set -eu
failed=0
check() { # compiler language standard
  for header in plugin.h spawn.h engine.h verdicts.h wait.h learn.h; do
    printf '#include <postern/%s>\nextern int unused;\n' "$header" |
      "$1" -x "$2" -std="$3" -I "$include" -fsyntax-only -Wall -Wextra -Wpedantic -Wpadded -Werror - ||
      { echo "$1 -std=$3: postern/$header does not compile"; failed=1; }
  done
}
include=$1
seen=0
for pair in "gcc g++" "clang clang++"; do
  c=${pair% *} cxx=${pair#* }
  command -v "$c" >/dev/null || { echo "$c is not installed: not tried"; continue; }
  seen=1
  for standard in c99 c11 c17; do check "$c" c "$standard"; done
  for standard in c++11 c++14 c++17 c++20; do check "$cxx" c++ "$standard"; done
done
[ "$seen" = 1 ] || { echo "no compiler found"; exit 1; }
exit "$failed"
