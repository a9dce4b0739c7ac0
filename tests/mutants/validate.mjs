// Whether the engine takes each module: paths on standard input, one a line; `1` or `0 REASON` out.
import { readFileSync } from 'node:fs';

const lines = readFileSync(0, 'utf8').split('\n').filter(Boolean);
for (const path of lines) {
  const bytes = readFileSync(path);
  let line = '1';
  if (!WebAssembly.validate(bytes)) {
    line = '0 no reason';
    try {
      new WebAssembly.Module(bytes);
    } catch (error) {
      line = `0 ${error.message.replace(/\s+/g, ' ')}`;
    }
  }
  console.log(line);
}
