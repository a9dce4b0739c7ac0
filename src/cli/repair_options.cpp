// The options of `repair` stand apart from what it does: they are many, and either changes without
// the other.

#include "cli/repair_options.hpp"

#include "repair/folder_suffix.hpp"

namespace wheelaudit::cli {

void add_repair_options(OptionSet& set, RepairArguments& arguments) {
  set.add_texts("INPUT", "WHEEL|DIR", arguments.common.inputs,
                "Wheels, directories of wheels, an unpacked wheel")
      .required();
  add_common_options(set, arguments.common, "full");
  add_report_file(set, arguments.common.report, "--report");
  set.add_text("-w,--wheel-dir,--output-dir,-o", "DIR", arguments.wheel_dir,
               "Where the results go; created when missing\n(default: wheelhouse)");
  set.add_text("--plat", "TAG|auto", arguments.platform,
               "Platform tag to give; auto: the one ABI the wheel is proven\n"
               "fit for (default: what the tags say, else auto)");
  const AddedOption add = set.add_repeatable("--add-tag", "TAG", arguments.add_tags,
                                             "Add this alias of the same ABI; may repeat");
  set.add_flag("--only-plat", arguments.only_platform,
               "Give only the platform tag of --plat; leave out aliases")
      .excludes(add);
  set.add_repeatable("--libdir", "DIR", arguments.library_directories,
                     "Take libraries the wheel needs and lacks from here; may repeat");
  set.add_repeatable("--exclude", "GLOB", arguments.exclude,
                     "Leave libraries of this name to another package; may repeat");
  set.add_checked_text("-L,--lib-sdir", "SUFFIX", arguments.library_suffix,
                       repair::folder_suffix_fault,
                       "Ending of the folder of vendored libraries (default: .libs;\n"
                       "Pyodide 0.27 and older search no other)");
  set.add_on_off_flags("--mangle", "--no-mangle", arguments.mangle,
                       "Give vendored libraries a part of their hash in the name (default)");
  set.add_off_flag("--no-sbom", arguments.sbom, "Write no list of what was vendored");
  set.add_flag("--strip", arguments.strip,
               "Leave out name, producers and debug sections of modules");
  set.add_repeatable("--drop", "GLOB", arguments.drop, "Leave out files of this name; may repeat");
  set.add_number("-z,--zip-compression-level", "LEVEL:INT in [0 - 9]", arguments.compression_level,
                 0, 9, "Level of what is compressed: 0 (stored) to 9 (default: 6)");
  set.add_flag("--unpack", arguments.unpack,
               "Write directories as `wheel unpack` does, not wheels");
  set.add_flag("--dry-run", arguments.dry_run, "Print the plan, write nothing");
  set.add_flag("--force", arguments.force, "Overwrite an existing result");
}

}  // namespace wheelaudit::cli
