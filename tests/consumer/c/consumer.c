/* consumer COMMAND OPTIONS [FILE [OUTPUT]]: runs a command over at most one file, writes the report
 * to standard output and returns the exit code. The first output, if there is one, goes into the
 * file OUTPUT. */

#include <stdio.h>
#include <stdlib.h>
#include <wheelaudit/wheelaudit.h>

/* The bytes of a file, to be freed; null when the file cannot be read. */
static void* read_file(const char* path, size_t* size) {
  FILE* file = fopen(path, "rb");
  char* bytes = NULL;
  long length = -1;
  if (file == NULL) return NULL;
  if (fseek(file, 0, SEEK_END) == 0) length = ftell(file);
  if (length >= 0 && fseek(file, 0, SEEK_SET) == 0) bytes = malloc((size_t)length + 1);
  if (bytes != NULL) *size = fread(bytes, 1, (size_t)length, file);
  fclose(file);
  return bytes;
}

static int write_output(const wheelaudit_run_result* run, const char* path) {
  const char* name;
  const void* bytes;
  size_t size;
  FILE* file;
  size_t written;
  if (!wheelaudit_output(run, 0, &name, &bytes, &size)) return 0;
  fprintf(stderr, "%s: %lu bytes\n", name, (unsigned long)size);
  file = fopen(path, "wb");
  if (file == NULL) return 4;
  written = fwrite(bytes, 1, size, file);
  return fclose(file) == 0 && written == size ? 0 : 4;
}

int main(int argc, char** argv) {
  wheelaudit_file file = {NULL, NULL, 0};
  void* bytes = NULL;
  wheelaudit_run_result* run;
  const char* text;
  size_t size;
  int exit_code;
  if (argc < 3) {
    fprintf(stderr, "wheelaudit %s\n", wheelaudit_version());
    return 2;
  }
  if (argc > 3) {
    bytes = read_file(argv[3], &file.size);
    if (bytes == NULL) return 4;
    file.name = argv[3];
    file.bytes = bytes;
  }
  run = wheelaudit_run(argv[1], argv[2], argc > 3 ? 1 : 0, &file);
  free(bytes);
  exit_code = wheelaudit_result(run, &text, &size);
  if (fwrite(text, 1, size, stdout) != size) exit_code = 4;
  if (argc > 4 && write_output(run, argv[4]) != 0) exit_code = 4;
  wheelaudit_free(run);
  return exit_code;
}
