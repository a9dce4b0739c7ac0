// Asks one booted Pyodide what becomes of many bare modules, one after the other: each is imported
// by its path and, under another path, preloaded as the package loader does it and then imported.
// A line of JSON per module on standard output.
//
//   node live.mjs --pyodide DIR --jobs FILE --control FILE
//
//   DIR       an unpacked npm package whose loader script shows its address table (run.py prepares
//             it: `var GOT={}` becomes `var GOT=globalThis.truthAddresses={}`, nothing else)
//   jobs      [{id, file, name, init}]: the module's bytes, its file name, the name to import it as
//             (one without an init function when only linking is asked for)
//   control   a module `_core` that every release loads: after each failure it is loaded too, and
//             what becomes of it tells whether the session is spoilt (poison)
//
// A boot costs seconds, a load milliseconds. What a load leaves behind in the loader's tables is
// therefore taken out again, so that every module meets the session as if it were the first. When
// that does not help, or the interpreter dies, the process ends and run.py starts the next one.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { boot, describeImports, factsIfAny, neededLibraries, records, sha256, text } from '../e2e/watch.mjs';

const ENOUGH_MEMORY = 2 ** 30; // of the runtime; modules are never unloaded

const { values: options } = parseArgs({ options: {
  pyodide: { type: 'string' }, jobs: { type: 'string' }, control: { type: 'string' } } });
const write = process.stdout.write.bind(process.stdout);
const say = (value) => new Promise((done) => write(JSON.stringify(value) + '\n', done));

const runtime = await boot(path.resolve(options.pyodide));
const { pyodide } = runtime;
const { LDSO, preloadedWasm } = pyodide._module;
const tables = [globalThis.truthAddresses, LDSO.loadedLibsByName, preloadedWasm ?? {}];
if (tables.some((table) => !table)) throw new Error('the loader script shows no address table');
const control = readFileSync(options.control);
let places = 0;

/** What the loader's tables hold now; addresses by value. */
const contents = () => tables.map((table) =>
  new Map(Object.entries(table).map(([key, entry]) => [key, entry instanceof WebAssembly.Global ? entry.value : entry])));

function restore(before) {
  tables.forEach((table, index) => {
    for (const [key, entry] of Object.entries(table)) {
      if (!before[index].has(key)) delete table[key];
      else if (entry instanceof WebAssembly.Global && entry.value !== before[index].get(key)) entry.value = before[index].get(key);
    }
  });
}

/** Puts a module at a path of its own. */
function place(file, bytes) {
  const folder = `/truth/${++places}`;
  pyodide.FS.mkdirTree(folder);
  pyodide.FS.writeFile(`${folder}/${file}`, bytes);
  return `${folder}/${file}`;
}

/** Imports as oracle.mjs does: [stage, message]. */
function load(name, file) {
  pyodide.globals.set('truth_name', name);
  pyodide.globals.set('truth_file', file);
  try {
    return JSON.parse(pyodide.runPython('json.dumps(oracle.load_as(truth_name, truth_file))'));
  } catch (error) {
    return ['fatal', text(error).split('\n')[0]];
  }
}

function loadControl() {
  const [stage, message] = load('_core', place('_core.so', control));
  return stage === 'ok' ? { value: '42' } : { error: message };
}

/** One module, loaded in one of the two ways; in the form of an oracle's answer about a wheel. */
async function loadModule({ file, name, init }, bytes, mode) {
  records.clear();
  const before = contents();
  const where = place(file, bytes);
  const answer = { pyodide: runtime.version, mode, install: [], runs: [], then: null };
  if (mode === 'preload') {
    const told = runtime.output.length;
    try {
      await pyodide._api.loadDynlib(where, false, []);
    } catch (error) {
      answer.install.push(`${file}: ${text(error)}`);
    }
    answer.told = runtime.output.slice(told).filter((line) => /dynlib|[Ff]ail/.test(line));
  }
  if (answer.install.length) answer.then = loadControl();
  const [stage, message] = answer.install.length ? ['not tried', ''] : load(init ?? name, where);
  const failed = stage === 'link' || stage === 'fatal';
  if (stage === 'link') answer.then = loadControl();
  const record = records.get(sha256(bytes));
  const facts = record?.facts ?? factsIfAny(bytes);
  const libraries = neededLibraries(facts, new Map());
  answer.modules = [{ path: file, stage, message, needed: facts?.dylink.needed ?? [],
    needed_missing: libraries.missing, truth: record ? describeImports(runtime, record, libraries) : null }];
  restore(before);
  pyodide.FS.unlink(where);
  const doubtful = stage === 'fatal' || ((failed || answer.install.length > 0) && 'error' in loadControl());
  if (!doubtful) restore(before);
  return { answer, doubtful };
}

for (const job of JSON.parse(readFileSync(options.jobs, 'utf8'))) {
  const bytes = new Uint8Array(readFileSync(job.path));
  const result = { id: job.id };
  for (const mode of job.modes) {
    await say({ id: job.id, begins: mode });
    const { answer, doubtful } = await loadModule(job, bytes, mode);
    await say({ id: job.id, mode, answer, last: doubtful });
    if (doubtful) process.exit(0);
  }
  if (pyodide._module.HEAPU8.length > ENOUGH_MEMORY) break;
}
process.exit(0);
