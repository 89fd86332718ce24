"""Makes the fonts of printed dossiers from those of the pages, and from DejaVu Sans (Debian: fonts-dejavu-core).

pip install fonttools brotli; python make.py"""
from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

PAGES = "../../../../../web/assets/fonts/"
DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"
WANTED = [("next", 400, "text"), ("next", 700, "bold"), ("next-ext", 400, "more"), ("mono", 400, "mono"), ("serif", None, "serif")]
# Kerning and substitution are not used, hints are for screens.
LEFT_OUT = ["GDEF", "GPOS", "GSUB", "BASE", "STAT", "MATH", "prep", "gasp", "fpgm", "cvt "]
# Greek, Cyrillic and signs: nothing that is written from right to left, joins its letters or stacks marks.
WIDE = [(0x180, 0x24f), (0x370, 0x482), (0x48a, 0x52f), (0x1e00, 0x1fff), (0x2010, 0x2027), (0x2030, 0x205e),
        (0x2070, 0x209c), (0x20a0, 0x20bf), (0x2100, 0x214f), (0x2150, 0x23ff), (0x2460, 0x27bf)]


def save(font, name):
    font.flavor = None
    for table in LEFT_OUT:
        if table in font:
            del font[table]
    font.save(name + ".ttf")


for source, weight, name in WANTED:
    font = TTFont(PAGES + source + ".woff2")
    if weight and "fvar" in font:
        font = instancer.instantiateVariableFont(font, {"wght": weight})
    save(font, name)

font = TTFont(DEJAVU)
options = subset.Options()
options.layout_features, options.hinting, options.notdef_outline = [], False, True
subsetter = subset.Subsetter(options)
subsetter.populate(unicodes=[code for first, last in WIDE for code in range(first, last + 1)])
subsetter.subset(font)
save(font, "wide")
