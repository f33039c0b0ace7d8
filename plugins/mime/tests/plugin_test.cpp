// SPDX-License-Identifier: MIT
// The plug-in behind its C interface, with a host of a few lines that keeps what it is told.
#include <gmock/gmock.h>
#include <postern/plugin.hpp>

#include <map>

namespace postern {
namespace {

using ::testing::ElementsAre;

struct Kept {
  postern_part parent = 0;
  std::vector<std::string> names;
  std::string type, encoding, role, data;
  uint32_t flags = 0;
  bool closed = false;
};

// One mail at a time, as the contract has it; part 1 is the mail, sinks have the number of their part.
struct Host {
  std::vector<Kept> parts{2};
  std::vector<std::string> findings;
  size_t quota = 1000;
  int64_t time = 10000;

  static Host& self() {
    static Host host;
    return host;
  }
  static postern_host table() {
    postern_host h{};
    h.size = sizeof h;
    h.abi = POSTERN_ABI;
    h.fail = [](postern_inst, postern_job, postern_rc rc, const char*, size_t) { return rc; };
    h.option = [](postern_inst, const char* name, uint32_t nth, postern_value* out) -> postern_rc {
      if (nth > 0) return POSTERN_E_NOTFOUND;
      out->i = std::string_view(name) == "max-depth" ? 100 : 10000;
      return POSTERN_OK;
    };
    h.time_left = [](postern_job) { return self().time; };
    h.note = [](postern_job, postern_part part, const char* name, postern_bytes value) -> postern_rc {
      EXPECT_STREQ(name, "part.name");
      self().parts[part].names.emplace_back(view(value));
      return POSTERN_OK;
    };
    h.finding = [](postern_job, const postern_finding* f) -> postern_rc {
      self().findings.push_back(std::to_string(f->category) + " " + std::string(view(f->name)) + " @" +
                                std::to_string(f->part));
      return POSTERN_OK;
    };
    h.part_info = [](postern_job, postern_part part, postern_part_info* out) -> postern_rc {
      out->bytes = self().parts[part].data.size();
      return POSTERN_OK;
    };
    h.part_map = [](postern_job, postern_part part, postern_bytes* out) -> postern_rc {
      *out = bytes(self().parts[part].data);
      return POSTERN_OK;
    };
    h.child_open = [](postern_job, const postern_child* c, postern_sink* out) -> postern_rc {
      if (self().parts.size() >= self().quota) return POSTERN_E_QUOTA;
      Kept k;
      k.parent = c->parent;
      if (c->name.len > 0) k.names.emplace_back(view(c->name));
      k.type = view(c->mime_type);
      k.encoding = view(c->encoding);
      k.role = view(c->role);
      k.flags = c->flags;
      *out = self().parts.size();
      self().parts.push_back(k);
      return POSTERN_OK;
    };
    h.child_write = [](postern_job, postern_sink sink, const void* data, size_t len) -> postern_rc {
      self().parts[sink].data.append(static_cast<const char*>(data), len);
      return POSTERN_OK;
    };
    h.child_slice = [](postern_job, postern_sink sink, uint64_t offset, uint64_t len) -> postern_rc {
      const std::string& parent = self().parts[self().parts[sink].parent].data;
      if (offset > parent.size() || len > parent.size() - offset) return POSTERN_E_ARGUMENT;
      self().parts[sink].data = parent.substr(offset, len);
      return POSTERN_OK;
    };
    h.child_close = [](postern_job, postern_sink sink, uint32_t, postern_part* out) -> postern_rc {
      self().parts[sink].closed = true;
      *out = sink;
      return POSTERN_OK;
    };
    return h;
  }
};

class MimePlugin : public ::testing::Test {
 protected:
  MimePlugin() : table_(Host::table()) {
    Host::self() = Host();
    plugin_ = postern_plugin_entry(POSTERN_ABI, 0);
    worker_ = static_cast<const postern_worker*>(plugin_->interface_get(POSTERN_DECODER));
    EXPECT_EQ(plugin_->create(&table_, 1, &instance_), POSTERN_OK);
  }
  ~MimePlugin() override { plugin_->destroy(instance_); }

  postern_rc decodes(const std::string& mail) {
    Host::self().parts[1].data = mail;
    return worker_->run(instance_, 1, 1);
  }
  static std::vector<std::string> tree() {
    std::vector<std::string> lines;
    const auto& parts = Host::self().parts;
    for (size_t i = 2; i < parts.size(); ++i) {
      EXPECT_TRUE(parts[i].closed);
      lines.push_back(std::to_string(parts[i].parent) + " " + parts[i].role + (parts[i].role.empty() ? "" : " ") +
                      parts[i].type + " " + parts[i].encoding +
                      ((parts[i].flags & POSTERN_PART_CONTAINER) ? "" : "[" + parts[i].data + "]"));
    }
    return lines;
  }

  postern_host table_;
  const postern_plugin* plugin_;
  const postern_worker* worker_;
  void* instance_ = nullptr;
};

constexpr char two_parts[] =
    "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: "
    "8bit\r\n\r\nhello\r\n"
    "--x\r\nContent-Type: application/zip; name=a.zip\r\nContent-Disposition: attachment; "
    "filename=b.exe\r\nContent-Transfer-Encoding: base64\r\n\r\nTWFu\r\n--x--\r\n";

TEST_F(MimePlugin, MakesChildrenOfTheParts) {
  EXPECT_EQ(decodes(two_parts), POSTERN_OK);
  EXPECT_THAT(tree(), ElementsAre("1 multipart/mixed ", "2 text/html 8bit[hello]", "2 application/zip base64[Man]"));
  EXPECT_THAT(Host::self().parts[4].names, ElementsAre("a.zip", "b.exe"));
  EXPECT_TRUE(Host::self().findings.empty());
}

TEST_F(MimePlugin, ReportsDefectsAtTheirPart) {
  EXPECT_EQ(decodes("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nSubject\r\nA: b\r\n\r\nhello\r\n"),
            POSTERN_OK);
  EXPECT_THAT(Host::self().findings, ElementsAre("9 mime-header-no-colon @3", "9 mime-no-close-delimiter @2"));
}

TEST_F(MimePlugin, GivesAllReadingsOfDamagedBase64) {
  EXPECT_EQ(decodes("Content-Transfer-Encoding: base64\r\n\r\nTWFuTWFu\r\n!TWFu\r\n"), POSTERN_OK);
  EXPECT_THAT(tree(), ElementsAre("1 text/plain base64[ManManMan]", "1 reading text/plain base64[ManMan]",
                                  "1 reading text/plain [TWFuTWFu\r\n!TWFu\r\n]"));
  EXPECT_THAT(Host::self().findings,
              ElementsAre("9 mime-base64-junk @2", "12 mime-base64-damage @3", "12 mime-not-base64 @4"));
}

TEST_F(MimePlugin, ShowsATextThatIsDeclaredAsBase64OnlyOnceAsItStands) {
  const std::string head = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n";
  EXPECT_EQ(decodes(head + "Hello\r\nthis is text\r\n"), POSTERN_OK);
  EXPECT_EQ(tree().back(), "1 reading text/plain [Hello\r\nthis is text\r\n]");
  EXPECT_THAT(Host::self().findings, ::testing::Contains("12 mime-not-base64 @3"));
  Host::self() = Host();
  EXPECT_EQ(decodes(head + "Hello, this is text\r\n"), POSTERN_OK);
  EXPECT_EQ(tree().back(), "1 reading image/png base64[Hello, this is text\r\n]");
  EXPECT_THAT(tree(), ::testing::Not(::testing::Contains(::testing::HasSubstr("text/plain"))));
}

TEST_F(MimePlugin, GivesBothReadingsOfBadEscapesAndMarksThemWhereNoProgramWritesThem) {
  const std::string encoding = "Content-Transfer-Encoding: quoted-printable\r\n\r\n<scr=ipt>=3D";
  EXPECT_EQ(decodes("Content-Type: text/html\r\n" + encoding), POSTERN_OK);
  EXPECT_THAT(tree(), ElementsAre("1 text/html quoted-printable[<scr=ipt>=]",
                                  "1 reading text/html quoted-printable[<script>=]"));
  EXPECT_THAT(Host::self().findings, ElementsAre("9 mime-qp-bad-escape @2"));
  Host::self() = Host();
  EXPECT_EQ(decodes("Content-Type: image/png\r\n" + encoding), POSTERN_OK);
  EXPECT_THAT(Host::self().findings, ElementsAre("9 mime-qp-bad-escape @2", "12 mime-qp-damage @3"));
}

TEST_F(MimePlugin, SlicesPartsOfADecodedMultipart) {
  EXPECT_EQ(decodes("Content-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: "
                    "base64\r\n\r\nLS14CgpQQVlMT0FECi0teC0tCg==\r\n"),
            POSTERN_OK);
  EXPECT_EQ(Host::self().parts.back().data, "PAYLOAD");
}

TEST_F(MimePlugin, StopsAtTheQuotaAndStillReports) {
  Host::self().quota = 3;
  EXPECT_EQ(decodes(std::string("Subject: \xE9\r\n") + two_parts), POSTERN_E_QUOTA);
  EXPECT_THAT(Host::self().findings, ElementsAre("9 mime-header-8bit @2"));
}

TEST_F(MimePlugin, StopsWhenTheTimeIsOver) {
  Host::self().time = 0;
  EXPECT_EQ(decodes(two_parts), POSTERN_E_TIMEOUT);
}

TEST_F(MimePlugin, IsPartialWhereALimitWasReached) {
  std::string mail;
  for (int i = 0; i < 150; ++i)
    mail +=
        "Content-Type: multipart/mixed; boundary=b" + std::to_string(i) + "x\r\n\r\n--b" + std::to_string(i) + "x\r\n";
  EXPECT_EQ(decodes(mail), POSTERN_PARTIAL);
  EXPECT_THAT(Host::self().findings, ::testing::Contains(::testing::HasSubstr("10 mime-depth")));
}

}  // namespace
}  // namespace postern
