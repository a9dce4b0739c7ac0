#pragma once

// Why PyPI refuses an archive, each reason with the function that refuses it. Source:
// pypi/warehouse at commit 6b62157124ab7865029afeeadf282bce27d601d9 (2026-08-21). A reason
// completes "PyPI would refuse this because …".

#include <string_view>

namespace wheelaudit::zip {
namespace pypi {

inline constexpr std::string_view not_a_zip =
    "the file is not a ZIP archive (warehouse/forklift/legacy.py, _is_valid_dist_file)";
inline constexpr std::string_view also_tar =
    "it is a ZIP and a tar archive at once (warehouse/forklift/legacy.py, _is_valid_dist_file)";
inline constexpr std::string_view ratio =
    "it inflates to more than 64 MiB and 50 times its size (warehouse/forklift/legacy.py, "
    "_is_valid_dist_file)";
inline constexpr std::string_view method =
    "only stored and deflated entries are supported (warehouse/forklift/legacy.py, "
    "_is_valid_dist_file)";
inline constexpr std::string_view unknown_record =
    "a record of another kind is met where an entry or the directory is due "
    "(warehouse/utils/zipfiles.py, _validate_zipfile)";
inline constexpr std::string_view trailing =
    "there is data behind the end record (warehouse/utils/zipfiles.py, _validate_zipfile)";
inline constexpr std::string_view directory_mismatch =
    "the end record does not describe the directory that is there "
    "(warehouse/utils/zipfiles.py, _validate_zipfile)";
inline constexpr std::string_view entries_on_disk =
    "the end record's two numbers of entries differ (warehouse/utils/zipfiles.py, _handle_eocd)";
inline constexpr std::string_view zip64_end =
    "the zip64 end record and its locator do not fit together (warehouse/utils/zipfiles.py, "
    "_validate_zipfile, and Python's zipfile in it)";
inline constexpr std::string_view zip64_extensible =
    "zip64 extensible data is not allowed (warehouse/utils/zipfiles.py, _handle_eocd64)";
inline constexpr std::string_view duplicate_name =
    "a file name occurs twice (warehouse/utils/zipfiles.py, _validate_zipfile)";
inline constexpr std::string_view unlisted =
    "a local entry is not in the central directory (warehouse/utils/zipfiles.py, "
    "_handle_local_file_header)";
inline constexpr std::string_view data_size =
    "sizes of the local header and the central directory differ (warehouse/utils/zipfiles.py, "
    "_handle_local_file_header)";
inline constexpr std::string_view data_descriptor =
    "it holds a data descriptor (warehouse/utils/zipfiles.py, _handle_local_file_header)";
inline constexpr std::string_view extra_field =
    "an extra field is malformed (warehouse/utils/zipfiles.py, _handle_local_file_header)";
inline constexpr std::string_view duplicate_extra =
    "an extra field occurs twice (warehouse/utils/zipfiles.py, _handle_local_file_header)";
inline constexpr std::string_view corrupt_central_extra =
    "Python's zipfile cannot read the extra field (warehouse/utils/zipfiles.py, validate_zipfile)";
inline constexpr std::string_view entry_comment =
    "an entry has a comment (warehouse/utils/zipfiles.py, _handle_central_directory_header)";
inline constexpr std::string_view name_character =
    "a file name holds a control character (warehouse/utils/zipfiles.py, "
    "_handle_central_directory_header)";
inline constexpr std::string_view name_encoding =
    "a file name is not UTF-8, or not marked as such (warehouse/utils/zipfiles.py, "
    "_handle_local_file_header)";

}  // namespace pypi
}  // namespace wheelaudit::zip
