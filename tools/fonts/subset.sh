#!/bin/sh
# Makes the fonts in crates/web/assets/fonts from the published packages, once; the results are
# committed. Needs node (npm), python3 with venv. Latin-1 and typographic signs, every layout
# feature kept (the heading face: only what headings use); weights limited to what the stylesheet uses, which halves the italic.
set -eu
here=$(cd "$(dirname "$0")/../.." && pwd)
out="$here/crates/web/assets/fonts"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 -m venv env
env/bin/pip -q install 'fonttools==4.60.1' 'brotli==1.1.0'
fetch() { # package version
    file=$(npm pack --silent "@fontsource-variable/$1@$2")
    mkdir -p "$1" && tar xzf "$file" -C "$1" --strip-components=1
}
fetch atkinson-hyperlegible-next 5.3.0
fetch atkinson-hyperlegible-mono 5.3.0
fetch source-serif-4 5.3.1

latin='U+0020-007E,U+00A0-00FF,U+0131,U+0152,U+0153,U+02C6,U+02DA,U+02DC,U+2013,U+2014,U+2018-201A,U+201C-201E,U+2022,U+2026,U+2030,U+2032,U+2033,U+2039,U+203A,U+2044,U+20AC,U+2122,U+2190-2193,U+2212,U+2260,U+2264,U+2265,U+FFFD'
make_font() { # source axes ranges target [features]
    env/bin/fonttools varLib.instancer -q "$1" $2 -o narrowed.ttf
    env/bin/pyftsubset narrowed.ttf --unicodes="$3" --layout-features="${5:-*}" --flavor=woff2 --output-file="$out/$4"
}
next=atkinson-hyperlegible-next
mono=atkinson-hyperlegible-mono
make_font "$next/files/$next-latin-wght-normal.woff2" 'wght=400:700' "$latin" next.woff2
make_font "$next/files/$next-latin-wght-italic.woff2" 'wght=400:700' "$latin" next-italic.woff2
make_font "$next/files/$next-latin-ext-wght-normal.woff2" 'wght=400:700' 'U+0100-024F,U+1E00-1EFF' next-ext.woff2
make_font "$mono/files/$mono-latin-wght-normal.woff2" 'wght=400:600' "$latin" mono.woff2
make_font "source-serif-4/files/source-serif-4-latin-wght-normal.woff2" 'wght=600' "$latin" serif.woff2 'kern,liga,lnum,tnum,locl,ccmp,mark'

cp "$next/LICENSE" "$out/atkinson-hyperlegible-next.OFL.txt"
cp "$mono/LICENSE" "$out/atkinson-hyperlegible-mono.OFL.txt"
cp source-serif-4/LICENSE "$out/source-serif-4.OFL.txt"
ls -l "$out"
