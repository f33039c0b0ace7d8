#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Side-by-side benchmark of SMTP content filters, in turn (A B C A B C ...), on one machine in one run.

filterbench.py -n 400 -s 8 --msg FILE [--msg FILE ...] --rounds 3 NAME=PORT:PID[,PID...] ...

For each round and target, in turn or all together: `smtp-source` pushes N copies of FILE over S sessions to PORT (which must
re-inject to a running smtp-sink); reports messages/s (wall) and CPU milliseconds per message of the
process trees PID..., separately for the first (the filter) and the rest (its scanners).
A target of PID 0 is measured for throughput only (e.g. the sink itself: the limit of the load generator).
"""
import argparse, os, statistics as st, subprocess, time
T = os.sysconf('SC_CLK_TCK')

def stat(p):
    """Parent, seconds of CPU: of its threads to the nanosecond, of children that have ended in ticks."""
    s = open(f'/proc/{p}/stat').read(); r = s[s.rindex(')') + 2:].split()
    ns = sum(int(open(f'/proc/{p}/task/{t}/schedstat').read().split()[0]) for t in os.listdir(f'/proc/{p}/task'))
    return int(r[1]), ns / 1e9 + sum(map(int, r[13:15])) / T

def tree_cpu(root):
    if root == 0: return 0.0, 0
    kids = {}
    for p in os.listdir('/proc'):
        if p.isdigit():
            try: kids.setdefault(stat(p)[0], []).append(int(p))
            except OSError: pass
    todo, cpu, pss = [root], 0, 0
    while todo:
        p = todo.pop(); todo += kids.get(p, [])
        try:
            cpu += stat(p)[1]
            for l in open(f'/proc/{p}/smaps_rollup'):
                if l.startswith('Pss:'): pss += int(l.split()[1])
        except OSError: pass
    return cpu, pss

ap = argparse.ArgumentParser()
ap.add_argument('-n', type=int, default=400); ap.add_argument('-s', type=int, default=8)
ap.add_argument('--msg', action='append', required=True); ap.add_argument('--rounds', type=int, default=3)
ap.add_argument('--lmtp', action='append', default=[], help='names of targets that speak LMTP')
ap.add_argument('--wait', type=int, metavar='SECONDS', help='each session waits so long between its mails: all targets get the same rate')
ap.add_argument('--together', action='store_true', help='all targets at the same time: none has a quieter machine than another')
ap.add_argument('--unpacked', type=float, metavar='MB', help='what each message holds: tells MB per second of the filter\'s CPU')
ap.add_argument('target', nargs='+')
a = ap.parse_args()
targets = []
for t in a.target:
    name, rest = t.split('='); port, pids = rest.split(':'); targets.append((name, port, [int(x) for x in pids.split(',')]))
def measure(some, msg, n):
    """Sends n copies to each of some at the same time; (rate, filter ms, scanner ms, PSS MiB) for each."""
    before = [[tree_cpu(p) for p in pids] for _, _, pids in some]; began = time.time()
    sources = []
    for name, port, _ in some:
        cmd = ['smtp-source', '-s', str(a.s), '-m', str(n), '-f', 'sender@example.test', '-t', 'rcpt@example.test', '-F', msg]
        if name in a.lmtp: cmd.insert(1, '-L')
        if a.wait: cmd[1:1] = ['-w', str(a.wait)]
        sources.append(subprocess.Popen(cmd + [f'inet:127.0.0.1:{port}'], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        if len(some) > 1: time.sleep(0.3)              # not all at the same moment of each second
    took, left = {}, {source.pid: i for i, source in enumerate(sources)}
    while left:                                        # asleep: whoever looks again and again takes from those who are measured
        pid, status = os.wait(); i = left.pop(pid)
        took[i], sources[i].returncode = time.time() - began, os.waitstatus_to_exitcode(status)
    rows = []
    for i, (name, _, pids) in enumerate(some):
        if sources[i].returncode: print('!!', name, sources[i].returncode, sources[i].stderr.read()[-200:])
        spent = [tree_cpu(p) for p in pids]
        cpu = [1e3 * (y[0] - x[0]) / n for x, y in zip(before[i], spent)]
        rows.append((n / took[i], cpu[0], sum(cpu[1:]), spent[0][1] / 1024))
    return rows

for msg in a.msg:
    res = {t[0]: [] for t in targets}
    for r in range(a.rounds + 1):                      # round 0 warms up
        n = a.n if r else max(a.s * 2, a.n // 10)
        for some in ([targets] if a.together else [[t] for t in targets]):
            for target, row in zip(some, measure(some, msg, n)):
                if r: res[target[0]].append(row)
    print(f'## {os.path.basename(msg)} {os.path.getsize(msg)} bytes, {a.n} messages, {a.s} sessions, {a.rounds} rounds')
    print(f'{"target":24} {"msg/s med":>10} {"min":>8} {"max":>8} {"filter ms/msg":>14} {"scanner ms/msg":>15} {"PSS MiB":>8}' + (f' {"MB/s":>8}' if a.unpacked else ''))
    for name, rows in res.items():
        c = list(zip(*rows))
        print(f'{name:24} {st.median(c[0]):10.1f} {min(c[0]):8.1f} {max(c[0]):8.1f} {st.median(c[1]):14.3f} {st.median(c[2]):15.3f} {max(c[3]):8.1f}'
              + (f' {1e3 * a.unpacked / st.median(c[1]):8.1f}' if a.unpacked and st.median(c[1]) else ''))
