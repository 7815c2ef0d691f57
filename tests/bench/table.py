#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Tables of figures: table.py plain|markdown traffic|spread|names <FIGURES

traffic reads lines "round measure variant rate cpu queued", and compares rates within each round;
queued is in hundredths.
spread reads lines "what<tab>minimum<tab>median<tab>maximum<tab>unit".
names reads lines "round<tab>measure<tab>variant<tab>value", and compares lespoort with the others
within each round; a value that is no number tells why there is none.
"""

import collections
import itertools
import statistics
import sys

MEASURES = {
    "connect": "new TLS connections/s",
    "first50": "a new connection alone, us, p50",
    "first99": "a new connection alone, us, p99",
    "up": "bulk to the server, Gbit/s",
    "down": "bulk to the client, Gbit/s",
    "dns": "DNS answers/s",
}
VARIANTS = {
    "plain": "plain forwarding",
    "loop": "loop that accepts all",
    "lesson": "lespoort, in a lesson",
    "open": "lespoort, without lesson",
    "closed": "lespoort, closed name",
}

LIST_MEASURES = {
    "build": "from text to ready, s",
    "peak": "memory meanwhile, MB",
    "start": "start, ms",
    "memory": "then resident, bytes per name",
    "hit": "look-up, listed name, ns",
    "below": "look-up, below a listed name, ns",
    "miss": "look-up, not listed, three labels, ns",
    "mixed": "look-up, one in ten listed, ns",
    "dns": "DNS answers/s, listed name",
}
LIST_VARIANTS = {
    "lespoort": "lespoort",
    "opened": "its file opened",
    "checked": "its file opened and its checksum proved",
    "kept": "by name that is kept",
    "plain": "plain hash table",
    "dnsmasq": "dnsmasq",
    "unbound": "unbound",
}
PEERS = ("plain", "dnsmasq", "unbound")


def number(value):
    return f"{value:.{0 if value >= 100 else 1 if value >= 10 else 2}f}"


def spread(values):
    low, middle, high = min(values), statistics.median(values), max(values)
    return f"{low:.2f} / {middle:.2f} / {high:.2f}"


def ratios(rates, base):
    common = sorted(set(rates) & set(base))
    return spread([rates[r] / base[r] for r in common]) if common else ""


def traffic_rows(lines):
    rates = collections.defaultdict(dict)
    costs = collections.defaultdict(list)
    queued = collections.defaultdict(list)
    for line in lines:
        turn, measure, variant, rate, cpu, hundredths = line.split()
        rates[measure, variant][turn] = float(rate)
        costs[measure, variant].append(float(cpu))
        queued[measure, variant].append(int(hundredths) / 100)
    for measure, title in MEASURES.items():
        for variant, name in VARIANTS.items():
            mine = rates[measure, variant]
            if not mine:
                continue
            cpu = statistics.median(costs[measure, variant])
            yield [title, name, number(statistics.median(mine.values())),
                   "" if variant == "plain" else ratios(mine, rates[measure, "plain"]),
                   "" if variant in ("plain", "loop") else ratios(mine, rates[measure, "loop"]),
                   number(cpu) if cpu else "",
                   number(statistics.median(queued[measure, variant])) if cpu else ""]


def name_rows(lines):
    values = collections.defaultdict(dict)
    for line in lines:
        turn, measure, variant, value = line.rstrip("\n").split("\t")
        values[measure, variant][turn] = value
    for (measure, title), (variant, name) in itertools.product(LIST_MEASURES.items(),
                                                               LIST_VARIANTS.items()):
        mine = values[measure, variant]
        if mine:
            yield name_row(title, name, mine,
                           values[measure, "lespoort"] if variant in PEERS else {})


def name_row(title, name, mine, ours):
    figures = {turn: float(value) for turn, value in mine.items() if is_number(value)}
    if not figures:
        return [title, name, " ".join(sorted(set(mine.values()))), "", "", ""]
    ours = {turn: float(value) for turn, value in ours.items()}
    return [title, name, number(min(figures.values())), number(statistics.median(figures.values())),
            number(max(figures.values())), ratios(ours, figures)]


def is_number(text):
    return text.replace(".", "", 1).isdigit()


def spread_rows(lines):
    for line in lines:
        what, low, middle, high, unit = line.rstrip("\n").split("\t")
        yield [what, number(float(low)), number(float(middle)), number(float(high)), unit]


TABLES = {
    "traffic": (["what", "how", "median", "ratio to plain: min / median / max",
                 "ratio to the loop", "CPU us each", "queued each"], traffic_rows),
    "spread": (["what", "min", "median", "max", "unit"], spread_rows),
    "names": (["what", "how", "min", "median", "max", "lespoort to it: min / median / max"],
              name_rows),
}

form, kind = sys.argv[1:]
head, read = TABLES[kind]
rows = list(read(sys.stdin))
if not rows:
    sys.exit("table: no figures")
widths = [max(len(row[i]) for row in rows + [head]) for i in range(len(head))]
between, edge = (" | ", "|") if form == "markdown" else ("  ", "")


def show(row):
    text = between.join(cell.ljust(width) for cell, width in zip(row, widths))
    print(f"{edge} {text} {edge}".strip() if edge else text.rstrip())


show(head)
if form == "markdown":
    show(["-" * width for width in widths])
for cells in rows:
    show(cells)
