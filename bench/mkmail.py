#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""mkmail.py OUTDIR: the benchmark's messages, deterministic: text 4 KiB, html+image 60 KiB, zip 1 MiB, nested, virus; and the same 2 MB of files in each format
(as-*), for the speed of unpacking, where the program that packs it is installed."""
import io, os, random, shutil, subprocess, sys, tempfile, zipfile, tarfile, gzip
from email.message import EmailMessage
if len(sys.argv) != 2 or sys.argv[1].startswith('-'): sys.exit(__doc__)
out = sys.argv[1]; os.makedirs(out, exist_ok=True); rnd = random.Random(7)
words = open('/usr/share/dict/words').read().split() if os.path.exists('/usr/share/dict/words') else ['lorem','ipsum','dolor','sit','amet','consectetur','adipiscing','elit','sed','do','eiusmod','tempor','invoice','meeting','report','thanks']
def text(n):
    s = ''
    while len(s) < n: s += ' '.join(rnd.choice(words) for _ in range(12)) + '\n'
    return s[:n] + '\n'
def base(subj):
    m = EmailMessage(); m['From'] = 'Sender <sender@example.test>'; m['To'] = 'rcpt@example.test'; m['Subject'] = subj
    m['Date'] = 'Sun, 22 Nov 2026 12:00:00 +0000'; m['Message-ID'] = f'<{subj.replace(" ", ".")}@example.test>'; return m
def save(name, m): open(f'{out}/{name}.eml', 'wb').write(m.as_bytes().replace(b'\r\n', b'\n'))
m = base('plain text'); m.set_content(text(4000)); save('text4k', m)
m = base('html with image'); m.set_content(text(3000)); m.add_alternative('<html><body><p>' + text(8000) + '<img src="cid:a"></body></html>', subtype='html')
m.add_attachment(rnd.randbytes(32000), maintype='image', subtype='jpeg', filename='photo.jpg'); save('html60k', m)
b = io.BytesIO(); z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)
for i in range(20): z.writestr(f'doc{i}.txt', text(60000))
z.writestr('blob.bin', rnd.randbytes(300000)); z.close()
m = base('zip attachment'); m.set_content(text(2000)); m.add_attachment(b.getvalue(), maintype='application', subtype='zip', filename='documents.zip'); save('zip1m', m)
inner = io.BytesIO(); t = tarfile.open(fileobj=inner, mode='w:gz'); d = text(200000).encode(); i = tarfile.TarInfo('report.txt'); i.size = len(d); t.addfile(i, io.BytesIO(d)); t.close()
b = io.BytesIO(); z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED); z.writestr('inner.tar.gz', inner.getvalue()); z.close()
m2 = base('nested inner'); m2.set_content(text(1000)); m2.add_attachment(b.getvalue(), maintype='application', subtype='zip', filename='nested.zip')
m = base('nested forward'); m.set_content('see attached\n'); m.add_attachment(m2); save('nested', m)
m = base('binary 5m'); m.set_content('big\n'); m.add_attachment(rnd.randbytes(3700000), maintype='application', subtype='octet-stream', filename='big.bin'); save('bin5m', m)
eicar = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$' + 'EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'
m = base('eicar'); m.set_content('virus\n'); m.add_attachment(eicar.encode(), maintype='application', subtype='octet-stream', filename='eicar.com'); save('eicar', m)

files = {f'doc{i}.txt': text(99999).encode()[-100000:] for i in range(20)}
def save_as(name, file, content):
    m = base(f'as {name}'); m.set_content('files\n'); m.add_attachment(content, maintype='application', subtype='octet-stream', filename=file); save(f'as-{name}', m)
m = base('as mime'); m.set_content('files\n')
for name, content in files.items(): m.add_attachment(content, maintype='application', subtype='octet-stream', filename=name)
save('as-mime', m)
b = io.BytesIO(); z = zipfile.ZipFile(b, 'w', zipfile.ZIP_DEFLATED)
for name, content in files.items(): z.writestr(name, content)
z.close(); save_as('zip', 'files.zip', b.getvalue())
for kind in ('', 'gz', 'bz2', 'xz'):
    b = io.BytesIO(); t = tarfile.open(fileobj=b, mode='w:' + kind)
    for name, content in files.items(): i = tarfile.TarInfo(name); i.size = len(content); t.addfile(i, io.BytesIO(content))
    t.close(); save_as('tar' + kind, 'files.tar' + ('.' + kind if kind else ''), b.getvalue())
for kind, program, command in (('7z', '7z', '7z a -bd ../files.7z *'), ('arj', 'arj', 'arj a -i -y ../files.arj *'), ('cpio', 'cpio', 'ls | cpio -o -H newc > ../files.cpio')):
    if not shutil.which(program): continue
    with tempfile.TemporaryDirectory() as d:
        os.mkdir(d + '/in')
        for name, content in files.items(): open(f'{d}/in/{name}', 'wb').write(content)
        subprocess.run(command, shell=True, cwd=d + '/in', check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        save_as(kind, 'files.' + kind, open(f'{d}/files.{kind}', 'rb').read())
