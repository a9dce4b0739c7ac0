// Dates of new members come from SOURCE_DATE_EPOCH alone, never from a clock: the same repair
// writes the same bytes.

#include "zip/dates.hpp"

#include <chrono>

namespace wheelaudit::zip {

void stamp_with_epoch(NewMember& member, std::optional<std::uint32_t> epoch) {
  using namespace std::chrono;
  if (!epoch) return;
  const sys_seconds time{seconds{*epoch}};
  const year_month_day date{floor<days>(time)};
  const hh_mm_ss clock{time - floor<days>(time)};
  const int year = static_cast<int>(date.year()) - 1980;
  if (year < 0) return;
  member.dos_date = static_cast<std::uint16_t>((static_cast<unsigned>(year) << 9) |
                                               (static_cast<unsigned>(date.month()) << 5) |
                                               static_cast<unsigned>(date.day()));
  member.dos_time =
      static_cast<std::uint16_t>((static_cast<unsigned>(clock.hours().count()) << 11) |
                                 (static_cast<unsigned>(clock.minutes().count()) << 5) |
                                 (static_cast<unsigned>(clock.seconds().count()) / 2));
}

}  // namespace wheelaudit::zip
