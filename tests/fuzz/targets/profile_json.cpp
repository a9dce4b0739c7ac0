// An ABI profile from a user's file. What parses is written, as JSON and packed, and reads as the
// same profile.

#include "checks.hpp"
#include "profile/pack.hpp"
#include "targets.hpp"

namespace wheelaudit::fuzz {

void profile_json(Bytes input) {
  const auto profile = profile::parse_profile(as_text(input));
  if (!profile) {
    require(!profile.error().message.empty(), "an error says what is wrong");
    return;
  }
  const std::string text = profile::write_profile(*profile);
  const auto again = profile::parse_profile(text);
  require(again && profile::write_profile(*again) == text,
          "what was written reads and writes alike");
  const auto storage = std::make_shared<const ByteVector>(profile::pack_profile(*profile));
  const auto unpacked = profile::unpack_profile(*storage, storage);
  require(unpacked && profile::write_profile(*unpacked) == text, "unpacking gives what was packed");
  require(!profile->runtimes.empty() && profile->newest() < profile->runtimes.size(),
          "there is a newest release");
  for (const std::string_view name : profile->symbols.names()) {
    bool found = false;
    for (std::size_t i = 0; i < profile->runtimes.size(); ++i) {
      found = found || profile->symbols.find(name, i).has_value();
    }
    require(found, "every name is of some release");
  }
  (void)profile::select_profile({&*profile, 1}, profile->id);
}

}  // namespace wheelaudit::fuzz
