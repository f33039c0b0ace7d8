#!/bin/bash
# SPDX-License-Identifier: MIT
# peers.sh start|stop DIR: the peers to measure against, on loopback, all state in DIR (run as root on Debian 12).
#   clamd      DIR/clamd.sock, with two signatures of its own (EICAR and ClamAV's test file)
#   amavisd    10024 (clamd, no spam check) → 10025        clamsmtpd  10026 (clamd) → 10025
#   smtp-sink  10025                                        PIDs in DIR/*.pid
# Needs: apt-get install postfix amavisd-new clamav-daemon clamav clamav-testfiles clamsmtp file p7zip-full pax cpio tnef
#        bzip2 xz-utils lzop lrzip arj cabextract unrar-free (what amavisd unpacks with; a missing one is simply not used)
set -eu
verb=$1; D=$(realpath -m "$2")
if [ "$verb" = stop ]; then
  for p in sink clamsmtpd amavisd clamd; do [ -f "$D/$p.pid" ] && kill "$(cat "$D/$p.pid")" 2>/dev/null; done || true
  exit 0
fi
mkdir -p "$D"/{db,amavis/tmp,amavis/db,amavis/quarantine,clamsmtp}; chmod 755 "$D" "$D/amavis"
sigtool --md5 /usr/share/clamav-testfiles/clam.exe | sed 's/clam.exe/Clamav.Test.File/' > "$D/db/test.hdb"
printf 'Eicar-Test-Signature:0:0:%s\n' "$(printf 'X5O!P%%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*' | od -An -tx1 | tr -d ' \n')" > "$D/db/eicar.ndb"
cat > "$D/clamd.conf" <<X
LocalSocket $D/clamd.sock
LocalSocketMode 666
DatabaseDirectory $D/db
User root
Foreground yes
LogFile $D/clamd.log
MaxThreads 8
DisableCache yes
X
setsid clamd -c "$D/clamd.conf" >"$D/clamd.out" 2>&1 & echo $! > "$D/clamd.pid"
# 01-debian: Debian's $path and $file, so that amavisd has file(1) and its unpackers (its own default list of decoders)
{ grep -v '^1;' /etc/amavis/conf.d/01-debian; cat <<X
\$max_servers = 4; \$max_requests = 2000; \$daemon_user='amavis'; \$daemon_group='amavis';
\$mydomain='example.test'; \$myhostname='filter.example.test';
\$MYHOME='$D/amavis'; \$TEMPBASE="\$MYHOME/tmp"; \$db_home="\$MYHOME/db"; \$QUARANTINEDIR="\$MYHOME/quarantine";
\$lock_file="\$MYHOME/amavisd.lock"; \$pid_file="\$MYHOME/amavisd.pid";
\$enable_db=0; \$enable_zmq=0; \$log_level=0; \$DO_SYSLOG=0; \$LOGFILE="\$MYHOME/amavis.log";
\$inet_socket_port=10024; \$inet_socket_bind='127.0.0.1'; \$unix_socketname=undef; @inet_acl=qw(127.0.0.1); @mynetworks=qw(127.0.0.0/8);
\$forward_method='smtp:[127.0.0.1]:10025'; \$notify_method=\$forward_method;
\$final_virus_destiny=D_DISCARD; \$final_banned_destiny=D_PASS; \$final_spam_destiny=D_PASS; \$final_bad_header_destiny=D_PASS;
\$enable_dkim_verification=0; \$enable_dkim_signing=0; @local_domains_maps=(["."]);
\$MAXLEVELS=14; \$MAXFILES=3000; \$MIN_EXPANSION_QUOTA=100*1024; \$MAX_EXPANSION_QUOTA=500*1024*1024;
@av_scanners=( ['ClamAV-clamd', \&ask_daemon, ["CONTSCAN {}\n", "$D/clamd.sock"], qr/\bOK\$/m, qr/\bFOUND\$/m, qr/^.*?: (?!Infected Archive)(.*) FOUND\$/m ] );
@av_scanners_backup=(); @bypass_spam_checks_maps=(1);
1;
X
} > "$D/amavis.conf"; chmod 644 "$D/amavis.conf"
chown -R amavis:amavis "$D/amavis"
setsid amavisd -c "$D/amavis.conf" foreground >"$D/amavisd.out" 2>&1 & echo $! > "$D/amavisd.pid"
cat > "$D/clamsmtpd.conf" <<X
OutAddress: 127.0.0.1:10025
Listen: 127.0.0.1:10026
ClamAddress: $D/clamd.sock
TempDirectory: $D/clamsmtp
PidFile: $D/clamsmtpd.pid
MaxConnections: 64
X
clamsmtpd -f "$D/clamsmtpd.conf"
setsid smtp-sink -u nobody -c 127.0.0.1:10025 400 >"$D/sink.out" 2>&1 & echo $! > "$D/sink.pid"
for i in $(seq 60); do
  [ -S "$D/clamd.sock" ] && (exec 3<>/dev/tcp/127.0.0.1/10024) 2>/dev/null && (exec 3<>/dev/tcp/127.0.0.1/10026) 2>/dev/null && exit 0
  sleep 0.5
done
echo "peers did not all start; see $D/*.out" >&2; exit 1
