// SPDX-License-Identifier: MIT
#include "answer.h"

#include <arpa/nameser.h>

#include <algorithm>
#include <optional>

#include <postern/support/ascii.h>

namespace postern::dnsbl {
namespace {

constexpr size_t most_codes = 32;

Answer no_answer(std::string reason) {
  return {Answer::Kind::none, {}, {}, std::move(reason)};
}
Answer wrong_answer(std::string reason) {
  return {Answer::Kind::wrong, {}, {}, std::move(reason)};
}

std::string rcode_text(int rcode) {
  switch (rcode) {
    case ns_r_formerr:
      return "FORMERR";
    case ns_r_servfail:
      return "SERVFAIL";
    case ns_r_notimpl:
      return "NOTIMP";
    case ns_r_refused:
      return "REFUSED";
    default:
      return "RCODE " + std::to_string(rcode);
  }
}

// Codes of no list but of its operator (Spamhaus's return codes for errors).
std::string operators_word(const Code& code) {
  switch (code[3]) {
    case 252:
      return "there is a typing error in its name";
    case 254:
      return "it does not answer queries through a public or anonymous resolver";
    case 255:
      return "it was asked too often";
    default:
      return "its operator reports an error";
  }
}

Answer not_listed(ns_msg& message) {
  Answer answer{Answer::Kind::not_listed, {}, std::chrono::seconds(0), {}};
  // RFC 2308, 5: for so long as the zone's SOA says.
  for (int i = 0; i < ns_msg_count(message, ns_s_ns); ++i) {
    ns_rr record;
    if (::ns_parserr(&message, ns_s_ns, i, &record) != 0) return no_answer("an answer that is cut or garbled");
    if (ns_rr_type(record) != ns_t_soa || ns_rr_rdlen(record) < 22) continue;
    const unsigned long minimum = ns_get32(ns_rr_rdata(record) + ns_rr_rdlen(record) - 4);
    answer.ttl = std::chrono::seconds(std::min({static_cast<unsigned long>(ns_rr_ttl(record)), minimum, 86400ul}));
  }
  return answer;
}

}  // namespace

Answer read_answer(std::string_view bytes) {
  ns_msg message;
  if (::ns_initparse(reinterpret_cast<const unsigned char*>(bytes.data()),
                     static_cast<int>(std::min<size_t>(bytes.size(), 65535)), &message) != 0)
    return no_answer("an answer that is cut or garbled");
  ns_rr question;
  if (!ns_msg_getflag(message, ns_f_qr) || ns_msg_count(message, ns_s_qd) != 1 ||
      ::ns_parserr(&message, ns_s_qd, 0, &question) != 0)
    return no_answer("an answer that is cut or garbled");
  if (ns_msg_getflag(message, ns_f_tc)) return no_answer("an answer that is cut");
  const int rcode = ns_msg_getflag(message, ns_f_rcode);
  if (rcode != ns_r_noerror && rcode != ns_r_nxdomain) return no_answer(rcode_text(rcode));
  if (!ns_msg_getflag(message, ns_f_ra) && !ns_msg_getflag(message, ns_f_aa))
    return no_answer("the server neither knows the zone nor asks for us");
  Answer answer{Answer::Kind::listed, {}, std::chrono::seconds(86400), {}};
  for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
    ns_rr record;
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0) return no_answer("an answer that is cut or garbled");
    if (ns_rr_type(record) == ns_t_cname || ns_rr_type(record) == ns_t_dname)
      return wrong_answer("it answers with an alias");
    if (ns_rr_type(record) != ns_t_a) continue;
    if (ns_rr_rdlen(record) != 4 || !support::equal_ignoring_case(ns_rr_name(record), ns_rr_name(question)))
      return wrong_answer("it answers another question");
    const unsigned char* octets = ns_rr_rdata(record);
    const Code code{octets[0], octets[1], octets[2], octets[3]};
    if (code[0] != 127) return wrong_answer("it answers " + text_of(code) + ", which is outside of 127.0.0.0/8");
    if (code[1] == 255 && code[2] == 255)
      return wrong_answer("it answers " + text_of(code) + ": " + operators_word(code));
    answer.ttl = std::min(answer.ttl, std::chrono::seconds(uint32_t{ns_rr_ttl(record)}));
    if (answer.codes.size() < most_codes &&
        std::find(answer.codes.begin(), answer.codes.end(), code) == answer.codes.end())
      answer.codes.push_back(code);
  }
  if (rcode == ns_r_nxdomain && !answer.codes.empty())
    return wrong_answer("it says at once that a name is there and that it is not");
  if (answer.codes.empty()) return not_listed(message);
  return answer;
}

}  // namespace postern::dnsbl
