// SPDX-License-Identifier: MIT
#include "hostile/ordinary_mail.h"

#include <iterator>
#include <random>

#include "support/documents.h"
#include "support/samples.h"

namespace postern::testing {
namespace {

using Text = std::string;

Text join(std::initializer_list<Text> lines) {
  Text out;
  for (const Text& line : lines) out += line + "\r\n";
  return out;
}

Text quoted_printable(const Text& text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  Text out;
  size_t width = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '\r' || text[i] == '\n') {
      out += text[i];
      width = 0;
      continue;
    }
    if (width > 70) {
      out += "=\r\n";
      width = 0;
    }
    const bool plain = byte >= ' ' && byte < 127 && byte != '=' && !(byte == ' ' && i + 1 < text.size() && text[i + 1] == '\r');
    out += plain ? Text(1, text[i]) : Text{'=', digits[byte >> 4], digits[byte & 15]};
    width += plain ? 1 : 3;
  }
  return out;
}

constexpr Style styles[] = {
    {"thunderbird", "------------0A1B2C3D4E5F", ";\r\n boundary=\"", "\"", "MIME-Version: 1.0\r\n", "User-Agent: Mozilla Thunderbird\r\n", true},
    {"outlook", "_000_AM0PR01MB1234_", ";\r\n\tboundary=\"", "\"", "MIME-Version: 1.0\r\n", "x-ms-has-attach:\r\nX-MS-TNEF-Correlator:\r\n", false},
    {"outlook-old", "----=_NextPart_000_0001_01DA", ";\r\n\tboundary=\"", "\"", "MIME-Version: 1.0\r\n", "X-Mailer: Microsoft Outlook 16.0\r\nThread-Index: AdoAAA==\r\n", true},
    {"apple", "Apple-Mail=_AAAA-BBBB-", ";\r\n\tboundary=\"", "\"", "Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.100.2.1.4\\))\r\n", "X-Mailer: Apple Mail (2.3774)\r\n", false},
    {"gmail", "000000000000abcdef05", "; boundary=\"", "\"", "MIME-Version: 1.0\r\n", "", false},
    {"java", "----=_Part_123_456.789", "; \r\n\tboundary=\"", "\"", "MIME-Version: 1.0\r\n", "X-Mailer: JavaMail\r\n", false},
    {"bare", "=_mixed 0012", ";boundary=\"", "\"", "MIME-Version: 1.0\r\n", "X-Mailer: Lotus Notes\r\n", true},
    {"perl", "_----------=_", "; boundary=\"", "\"; charset=\"utf-8\"", "MIME-Version: 1.0\r\n", "X-Mailer: MIME::Lite 3.03\r\n", true},
    {"php", "b1_d41d8cd98f", ";\r\n\tboundary=\"", "\"", "MIME-Version: 1.0\r\n", "X-Mailer: PHPMailer 6\r\n", true},
    {"mutt", "AhhlLboLdkugWU4S", "; boundary=", "", "MIME-Version: 1.0\r\n", "User-Agent: Mutt/2\r\n", false},
    {"python", "===============123456789012345678", "; boundary=\"", "==\"", "MIME-Version: 1.0\r\n", "", false},
    {"kmail", "nextPart12345.", ";\r\n boundary=\"", "\"; micalg=\"pgp-sha256\"", "MIME-Version: 1.0\r\n", "", false},
    {"no-version", "xYzZY", "; boundary=", ";", "", "", false},
};

class Author {
 public:
  Author(unsigned seed, const Style& style) : random_(seed), style_(style) {}

  Text mail(size_t shape) {
    const Text content = body(shape);
    Text head = trace() + addresses();
    head += "Subject: " + subject() + "\r\n" + style_.version + style_.mailer + extras();
    return head + content;
  }

 private:
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }
  template <class... T>
  Text one_of(T... choices) {
    const Text all[] = {Text(choices)...};
    return all[pick(sizeof...(choices))];
  }

  // ---- header

  Text trace() {
    Text out;
    if (pick(8) == 0) out += "Return-Path: <sender@example.org>\r\n";
    for (unsigned n = pick(4); n > 0; --n)
      out += "Received: from mail" + std::to_string(n) + ".example.org (mail.example.org [192.0.2.1])\r\n\t(using TLSv1.3 with cipher X (256/256 bits))\r\n\tby mx.example.net (Postfix) with ESMTPS id 4ABC\r\n\tfor <recipient@example.net>; Mon,  1 Jan 2024 00:00:00 +0000 (UTC)\r\n";
    if (pick(3) == 0) out += "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org;\r\n\th=from:to:subject; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;\r\n\tb=" + Text(64, 'A') + "\r\n\t " + Text(64, 'b') + "==\r\n";
    if (pick(10) == 0) out += "Authentication-Results: mx.example.net; dkim=pass (2048-bit key;\r\n unprotected) header.d=example.org\r\n";
    return out;
  }
  Text addresses() {
    return "From: " + one_of("Sender <sender@example.org>", "\"Doe, Jane\" <jane@example.org>", "=?utf-8?Q?J=C3=B6rg?= <joerg@example.org>", "J\xF6rg <joerg@example.org>", "sender@example.org (Jane Doe)", "J\xC3\xB6rg <j@example.org>") +
           "\r\nTo: " + one_of("recipient@example.net", "undisclosed-recipients:;", "a@example.net,\r\n\tb@example.net, \"c; d\" <c@example.net>", "<recipient@example.net>") + "\r\nDate: Mon, 1 Jan 2024 00:00:00 +0100 (CET)\r\nMessage-ID: <" + std::to_string(random_()) + "@example.org>\r\n";
  }
  Text subject() {
    return one_of("Minutes", "Re: Minutes of the meeting", "=?UTF-8?B?R3LDvMOfZQ==?=", "=?iso-8859-1?Q?Gr=FC=DFe?= =?iso-8859-1?Q?_aus_K=F6ln?=", "Gr\xFC\xDF" "e", "Gr\xC3\xBC\xC3\x9F" "e", "", "A very long subject that goes on and on\r\n and on, over two lines", "[list] begin 644 file.txt: how does uuencode work?", "=?utf-8?Q?50%_off_=E2=82=AC?= today");
  }
  Text extras() {
    Text out;
    if (pick(5) == 0) out += "X-Spam_Report: a name with an underscore\r\n";
    if (pick(5) == 0) out += "List-Unsubscribe: <https://example.org/u?x=1&y=2>,\r\n <mailto:u@example.org>\r\nPrecedence: bulk\r\n";
    if (pick(6) == 0) out += "X-Long: " + Text(1200, 'x') + "\r\n";
    if (pick(9) == 0) out += "X-Empty:\r\n";
    if (pick(9) == 0) out += "X-MS-Exchange-Organization-AuthSource: A.example.org\r\nx-originating-ip: [192.0.2.7]\r\n";
    if (pick(12) == 0) out += "Content-Language: en-GB\r\nContent-class: urn:content-classes:message\r\n";
    return out;
  }

  // ---- material

  Text boundary() { return style_.boundary + std::to_string(++boundaries_); }
  Text multipart(const Text& kind, const std::vector<Text>& parts, const Text& more = "") {
    const Text b = boundary();
    // What the style writes behind the boundary may close it: "…==\"".
    const Text behind = style_.behind;
    const Text whole = b + (behind.starts_with("==") ? "==" : "");
    Text out = "Content-Type: multipart/" + kind + more + style_.parameter + b + behind + "\r\n\r\n";
    if (style_.preamble && boundaries_ == 1) out += "This is a multi-part message in MIME format.\r\n\r\n";
    for (const Text& part : parts) out += "--" + whole + "\r\n" + part + "\r\n";
    out += "--" + whole + "--\r\n";
    return out + (pick(5) == 0 ? "\r\n" : "");
  }
  Text coded(const Text& text) {
    switch (pick(4)) {
      case 0: return "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + quoted_printable(text);
      case 1: return "Content-Transfer-Encoding: base64\r\n\r\n" + base64(text) + "\r\n";
      case 2: return "Content-Transfer-Encoding: 8bit\r\n\r\n" + text;
      default: return one_of("Content-Transfer-Encoding: 7bit\r\n\r\n", "Content-Transfer-Encoding: 7Bit\r\n\r\n", "\r\n") + text;
    }
  }
  Text plain(const Text& text) {
    return "Content-Type: text/plain" + one_of("; charset=utf-8", "; charset=\"UTF-8\"; format=flowed; delsp=yes", ";\r\n\tcharset=\"iso-8859-1\"", "", "; charset=us-ascii (Plain text)", "; charset=windows-1252") + "\r\n" + coded(text);
  }
  Text html(const Text& text) {
    return "Content-Type: text/html; charset=\"utf-8\"\r\n" + coded("<!DOCTYPE html>\r\n<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"><style>p { margin: 0 }</style></head><body>\r\n<p>" + text + "</p>\r\n<a href=\"https://example.org/?a=1&amp;b=2\">link</a><!-- a -- b -->\r\n<img src=\"cid:image1@example.org\" width=3D1></body></html>\r\n");
  }
  Text attachment(const Text& type, const Text& name, const Text& content) {
    const Text id = pick(3) == 0 ? "Content-ID: <image1@example.org>\r\nX-Attachment-Id: f_abc\r\n" : "";
    return "Content-Type: " + type + "; name=\"" + name + "\"\r\n" + id + "Content-Disposition: " + one_of("attachment", "inline") + one_of(";\r\n filename=\"", "; filename=\"") + name + "\"" +
           one_of("", "; size=123; creation-date=\"Mon, 01 Jan 2024 00:00:00 GMT\"") + "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(content) + "\r\n";
  }
  Text binary() {
    Text out = "\x89PNG\r\n\x1a\n";
    for (unsigned n = 50 + pick(400); n > 0; --n) out += static_cast<char>(random_());
    return out;
  }
  // Signed data (RFC 5652) without signers: short enough for lengths of one byte.
  static Text opaque(const Text& content) {
    const auto der = [](char tag, const Text& inside) { return Text(1, tag) + static_cast<char>(inside.size()) + inside; };
    const Text data = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", signed_data = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02";
    const Text info = der('\x30', data + der('\xA0', der('\x04', content)));
    return der('\x30', signed_data + der('\xA0', der('\x30', der('\x02', "\x01") + der('\x31', "") + info + der('\x31', ""))));
  }
  Text message() { return "Received: from a by b; Mon, 1 Jan 2024 00:00:00 +0000\r\nFrom: a@example.org\r\nTo: b@example.org\r\nSubject: forwarded\r\nMessage-ID: <f@example.org>\r\nMIME-Version: 1.0\r\n" + multipart("alternative", {plain(prose()), html("hello")}); }

  // Texts that talk about mail, or look like it.
  Text prose() {
    static const Text texts[] = {
        join({"Hello,", "", "the minutes are on the board. We meet again on Thursday.", "", "-- ", "Jane", "--", "https://example.org"}),
        join({"> On Monday you wrote:", "> > Content-Type: multipart/mixed; boundary=X", "> > --X", "", "I see.", "", "____________________", "list mailing list", "list@example.org"}),
        join({"To decode it, save the text from the line that says", "begin 644 file.txt", "to the line that says end, and call uudecode.", "", "Regards"}),
        join({"begin with the easy part, end with the hard one.", "begin 2024 with good resolutions", "", "end", "", "=ybegin is yEnc's first line."}),
        join({"diff --git a/x.c b/x.c", "index 83db48f..bf2a3d1 100644", "--- a/x.c", "+++ b/x.c", "@@ -1,4 +1,4 @@", "-int x = 1;", "+int x = 2;", " int y;", "--", "2.39.2"}),
        join({"The key:", "", "-----BEGIN PUBLIC KEY-----", "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf", "9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==", "-----END PUBLIC KEY-----", "", "Regards"}),
        join({"dGhpcyBpcyBhIHNob3J0IHRva2Vu", "is the token, and this is its digest:", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}),
        join({"From: A. Boss", "Sent: Monday, 1 January 2024", "To: B", "Subject: Minutes", "", "Please read this."}),
        join({"-------- Forwarded Message --------", "Subject: \tMinutes", "Date: \tMon, 1 Jan 2024", "From: \tA <a@example.org>", "To: \tb@example.org", "", "Content-Type: is what we talk about"}),
        "Gr\xC3\xBC\xC3\x9F" "e aus K\xC3\xB6ln, \xE2\x82\xAC 5\r\n", "Gr\xFC\xDF" "e aus K\xF6ln\r\n", Text(5000, 'x') + " a very long line\r\n",
        join({"#!/bin/sh", "# a script", "uuencode file.bin file.bin | mail -s x a@example.org"}),
        join({"Error: no such file", "Warning: disk full", "", "Content-Length: 5", "Host: example.org"}),
        join({"HTTP/1.1 200 OK", "Content-Type: text/html", "Content-Length: 5", "", "hello"}),
        join({"(This file must be converted with BinHex 4.0)", "was what such files began with."}),
        join({"-----BEGIN PGP SIGNED MESSAGE-----", "Hash: SHA256", "", "Signed in clear.", "-----BEGIN PGP SIGNATURE-----", "", "iQEzBAEBCAAdFiEEabcdefghijklmnopqrstuvwxyz0123456789FAmV+abcACgkQ", "=abcd", "-----END PGP SIGNATURE-----"}),
        join({"My key:", "-----BEGIN PGP PUBLIC KEY BLOCK-----", "", "mQENBGXabcdBCADHabcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLM", "=abcd", "-----END PGP PUBLIC KEY BLOCK-----", "", "You write", "-----BEGIN PGP MESSAGE-----", "your text", "-----END PGP MESSAGE-----"}),
        join({"See https://example.org/?id=12&x=ab", "x = 5", "a=b"}), "\r\n", "", join({"ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7Vd8f0abcDEF0123456789abcDEF0123456789abcDEF0123456789abcDEF0123456789abcDEF0123456789 me@host"}),
        join({"a\tb\tc", "1\t2\t3", "=== Results ===", "--------------------", "total: 100%=good"}),
        join({"Here is the log:", "", "  0000  4d 5a 90 00 03 00 00 00  MZ......", "  0008  04 00 00 00 ff ff 00 00  ........", "", "M is the first letter of every full line of uuencode."})};
    return texts[pick(std::size(texts))];
  }

  Text footer() { return "_______________________________________________\r\nlist mailing list\r\nlist@example.org\r\n"; }

  // ---- shapes

  Text body(size_t shape) {
    switch (shape % ordinary_shapes) {
      case 0: return plain(prose());
      case 1: return html(prose());
      case 2: return multipart("alternative", {plain(prose()), html(prose())});
      case 3: return multipart("mixed", {plain(prose()), attachment("image/png", "photo.png", binary())});
      case 4: return multipart("mixed", {multipart("alternative", {plain(prose()), html(prose())}), attachment("application/pdf", "a b.pdf", pdf(pdf_pages()))});
      case 5: return multipart("alternative", {plain(prose()), multipart("related", {html(prose()), attachment("image/png", "image001.png", binary())}, ";\r\n\ttype=\"text/html\"")});
      case 6: return multipart("related", {multipart("alternative", {plain(prose()), html(prose())}), attachment("image/png", "i.png", binary())});
      case 7: return multipart("mixed", {plain(prose()), "Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n" + message()});
      case 8: return multipart("mixed", {plain(prose()), "Content-Type: message/rfc822; name=\"x.eml\"\r\nContent-Disposition: attachment; filename=\"x.eml\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + message()});
      case 9: return multipart("digest", {"\r\n" + message(), "\r\n" + message()});
      case 10: return multipart("mixed", {plain(prose()), multipart("digest", {"Content-Type: message/rfc822\r\n\r\n" + message()}), plain(footer())});
      case 11: return multipart("signed", {plain(prose()), "Content-Type: application/pgp-signature; name=\"signature.asc\"\r\nContent-Description: OpenPGP digital signature\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niQEzBAEBCAAdFiEEabc=\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n"}, "; micalg=pgp-sha256;\r\n protocol=\"application/pgp-signature\"");
      case 12: return multipart("signed", {multipart("mixed", {plain(prose()), attachment("image/png", "x.png", binary())}), attachment("application/pkcs7-signature", "smime.p7s", "0\x80\x06\x09*\x86H\x86\xf7\r\x01\x07\x02")}, "; protocol=\"application/pkcs7-signature\"; micalg=sha-256");
      case 13: return multipart("report", {plain("This is the mail system at host mx.example.org.\r\n"), "Content-Description: Delivery report\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\nX-Postfix-Queue-ID: 4ABC\r\nArrival-Date: Mon,  1 Jan 2024 00:00:00 +0000 (UTC)\r\n\r\nFinal-Recipient: rfc822; a@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 <a@example.org>: no such user\r\n", "Content-Description: Undelivered Message\r\nContent-Type: message/rfc822\r\n\r\n" + message()}, "; report-type=delivery-status");
      case 14: return multipart("report", {plain("Returned headers\r\n"), "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: delayed\r\nStatus: 4.4.1\r\n", "Content-Type: text/rfc822-headers\r\n\r\nReceived: from a by b\r\nFrom: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"gone\"\r\n"}, "; report-type=delivery-status");
      case 15: return multipart("report", {plain("Returned headers of an encrypted mail\r\n"), "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; a@b\r\nAction: failed\r\nStatus: 5.0.0\r\n", "Content-Type: text/rfc822-headers\r\n\r\nFrom: a@example.org\r\nMessage-ID: <x@y>\r\nMIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n"}, "; report-type=delivery-status");
      case 16: return multipart("report", {plain("Your message was displayed.\r\n"), "Content-Type: message/disposition-notification\r\n\r\nReporting-UA: x; y\r\nOriginal-Recipient: rfc822;a@example.org\r\nFinal-Recipient: rfc822;a@example.org\r\nOriginal-Message-ID: <x@y>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n"}, "; report-type=disposition-notification");
      case 17: return multipart("alternative", {plain(prose()), html(prose()), "Content-Type: text/calendar; charset=\"utf-8\"; method=REQUEST\r\n" + coded("BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\r\nDTSTART;TZID=Europe/Berlin:20240101T100000\r\nATTENDEE;CN=\"A\";RSVP=TRUE:mailto:a@example.org\r\nDESCRIPTION:A long description that is folded over\r\n  two lines\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")});
      case 18: return multipart("mixed", {plain(prose()), attachment("application/zip", "minutes.zip", zip({{"minutes.txt", "Minutes\r\n"}, {"x/photo.png", binary()}}))});
      case 19: return multipart("mixed", {plain(prose()), attachment("application/gzip", "log.gz", gzip(prose() + "x"))});
      case 20: return "Content-Type: text/plain\r\n\r\n" + prose();
      case 21: return "\r\n" + prose();
      case 22: return multipart("mixed", {plain(prose()), plain(footer())}) + footer();
      case 23: return "Content-Type: text/html\r\n\r\n<a href=\"http://example.org/?x=3D\">old style</a>\r\n" + prose();
      case 24: return multipart("mixed", {"\r\n" + prose(), "Content-Type: application/octet-stream;\r\n name*0*=utf-8''Gr%C3%BC%C3%9F;\r\n name*1*=e.bin\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''Gr%C3%BC%C3%9F;\r\n filename*1*=e.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(binary()) + "\r\n"});
      case 25: return multipart("mixed", {plain(prose()), "Content-Type: image/jpeg; name=\"=?utf-8?Q?Gr=C3=BC=C3=9Fe=2Ejpg?=\"\r\nContent-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.jpg\r\nContent-Transfer-Encoding: BASE64\r\n\r\n" + base64(binary()) + "\r\n"});
      case 26: return multipart("mixed", {plain(prose()), "Content-Type: text/x-patch; charset=UTF-8; name=\"0001-fix.patch\"\r\nContent-Disposition: attachment; filename=\"0001-fix.patch\"\r\nContent-Transfer-Encoding: " + one_of("7bit\r\n\r\n", "8bit\r\n\r\n") + "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\r\nFrom: A <a@example.org>\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nSubject: [PATCH] fix\r\n\r\n---\r\n x.c | 2 +-\r\n 1 file changed\r\n\r\ndiff --git a/x.c b/x.c\r\n--- a/x.c\r\n+++ b/x.c\r\n@@ -1 +1 @@\r\n-a\r\n+b\r\n-- \r\n2.39.2\r\n"});
      case 27: return multipart("mixed", {plain(prose()), "Content-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n" + coded("a;b;c\r\n1;2;3\r\n\"x \"\"y\"\"\";=1+1;--\r\n")});
      case 28: return multipart("mixed", {plain(prose()), "Content-Type: text/vcard; charset=utf-8; name=\"a.vcf\"\r\n" + coded("BEGIN:VCARD\r\nVERSION:3.0\r\nFN:A\r\nPHOTO;ENCODING=b;TYPE=PNG:\r\n " + base64(binary()).substr(0, 74) + "\r\nEND:VCARD\r\n")});
      case 29: return "Content-Type: application/pkcs7-mime; smime-type=signed-data; name=\"smime.p7m\"\r\nContent-Disposition: attachment; filename=\"smime.p7m\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64(opaque("Content-Type: text/plain\r\n\r\nsigned\r\n")) + "\r\n";
      case 30: return "Content-Type: text/plain; charset=iso-2022-jp\r\nContent-Transfer-Encoding: 7bit\r\n\r\n\x1b$B$3$s$K$A$O\x1b(B Tokyo\r\n";
      case 31: return "Content-Type: text/plain; charset=utf-7\r\n\r\nGr+APwA3w-e\r\n";
      case 32: return multipart("mixed", {plain(""), attachment("application/octet-stream", "empty.bin", "")});
      case 33: return multipart("mixed", {html("fax"), attachment("image/tiff", "fax.tif", Text("II*\0", 4) + binary())});
      case 34: return multipart("form-data", {"Content-Disposition: form-data; name=\"a\"\r\n\r\nvalue\r\n", "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello\r\n"});
      case 35: return multipart("mixed", {plain(prose()), "Content-Type: text/plain; name=\"old.eml.txt\"\r\nContent-Disposition: attachment; filename=\"mail.txt\"\r\n\r\n" + message()});
      case 36: return multipart("mixed", {plain(prose()), "Content-Type: application/json\r\nContent-Disposition: attachment; filename=\"a.json\"\r\n" + coded("{\"image\": \"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk\", \"x\": [1, 2]}\r\n")});
      case 37: return multipart("alternative", {plain(prose()), "Content-Type: text/x-amp-html; charset=utf-8\r\n" + coded("<!doctype html><html amp4email></html>\r\n"), html(prose())});
      case 38: return multipart("mixed", {multipart("related", {html(prose()), attachment("image/png", "a.png", binary()), attachment("image/gif", "b.gif", "GIF89a" + binary())}), plain(footer())});
      default: return multipart("mixed", {plain(prose()), "Content-Type: message/rfc822\r\n\r\n" + Text("Subject: a mail in a mail in a mail\r\nMIME-Version: 1.0\r\n") + multipart("mixed", {plain(prose()), "Content-Type: message/rfc822\r\n\r\n" + message()})});
    }
  }

  std::mt19937 random_;
  const Style& style_;
  int boundaries_ = 0;
};

}  // namespace

std::span<const Style> ordinary_styles() {
  return styles;
}

std::string ordinary_mail(size_t style, size_t shape) {
  return Author(static_cast<unsigned>(style * 1000 + shape), styles[style]).mail(shape);
}

std::string alarms(cli::Examiner& examiner, const std::string& text) {
  mail::ReceivedMail mail;
  mail.content = base::Content::of(text);
  mail.mail_id = mail.log_id = "ordinary";
  mail.envelope.recipients.push_back({"recipient@example.org", "", ""});
  const filter::Examination e = examiner.examine(mail);
  Text found;
  for (const mail::Part& part : e.contents.parts())
    for (const mail::Defect& d : part.defects)
      if (d.kind != mail::DefectKind::malformed && d.kind != mail::DefectKind::note) found += " " + part.path + ":" + d.code;
  return found;
}

}  // namespace postern::testing
