// RECORD. What was read is written back to the same entries, and written text does not change when
// it is read and written again.

#include "wheel/record.hpp"

#include "base/digest.hpp"
#include "checks.hpp"
#include "targets.hpp"

namespace wheelaudit::fuzz {

void record(Bytes input) {
  const std::string_view text = as_text(input);
  const wheel::Record record = wheel::parse_record(text);
  require(record.entries.size() + record.faults.size() >= record.rows,
          "every row is an entry or a fault");
  for (const Fault& fault : record.faults) {
    require(fault.offset.value_or(0) <= text.size(), "a fault lies in the text");
  }
  for (const wheel::RecordEntry& entry : record.entries) {
    const auto digest = decode_base64_url(entry.digest);
    require(!digest || base64_url(*digest) == entry.digest, "a digest has one spelling");
  }
  const std::string written = record.str();
  const wheel::Record again = wheel::parse_record(written);
  require(again.faults.empty(), "what was written can be read");
  require(again.entries == record.entries, "what was written says the same");
  require(again.str() == written, "writing twice is writing once");

  const wheel::Record few = wheel::parse_record(text, {.entries = 2});
  require(few.entries.size() <= 2, "the limit of entries holds");
}

}  // namespace wheelaudit::fuzz
