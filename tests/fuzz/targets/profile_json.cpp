// An ABI profile from a user's file. What parses is written to the same profile, as JSON and
// packed.

#include "checks.hpp"
#include "targets.hpp"

namespace wheelaudit::fuzz {

void profile_json(Bytes input) {
  const auto profile = parse_profile(as_text(input));
  if (!profile) {
    require(!profile.error().message.empty(), "an error says what is wrong");
    return;
  }
  const std::string text = write_profile(*profile);
  const auto again = parse_profile(text);
  require(again && write_profile(*again) == text, "what was written reads and writes alike");
  const auto storage = std::make_shared<const ByteVector>(pack_profile(*profile));
  const auto unpacked = unpack_profile(*storage, storage);
  require(unpacked && write_profile(*unpacked) == text, "unpacking gives what was packed");
  require(!profile->runtimes.empty() && profile->newest() < profile->runtimes.size(),
          "there is a newest release");
  for (const std::string_view name : profile->symbols.names()) {
    bool found = false;
    for (std::size_t i = 0; i < profile->runtimes.size(); ++i) {
      found = found || profile->symbols.find(name, i).has_value();
    }
    require(found, "every name is of some release");
  }
  (void)select_profile({&*profile, 1}, profile->id);
}

}  // namespace wheelaudit::fuzz
