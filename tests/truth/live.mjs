// Asks one booted Pyodide what becomes of many bare modules, one after the other: each is imported
// by its path and, under another path, preloaded as the package loader does it and then imported.
// A line of JSON per module on standard output.
//
//   node live.mjs --pyodide DIR --jobs FILE --control FILE
//
//   DIR       an unpacked npm package whose loader script shows its address table (run.py prepares
//             it: `var GOT={}` becomes `var GOT=globalThis.truthAddresses={}`, nothing else)
//   jobs      [{id, path, file, name, alone, modes}]: where the bytes are, their file name in the runtime,
//             the name to import it as (one without an init function when only linking is asked for),
//             whether it may write over the runtime's own memory, which is then put back
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
const ENOUGH_LOADS = 600; // the engine keeps each module too, and every further load costs more

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
let loads = 0;

/** What the loader's tables held before any module: the names, and the entries not set yet. */
const untouched = tables.map((table) => ({ names: new Set(Object.keys(table)),
  unset: Object.values(table).filter((entry) => entry instanceof WebAssembly.Global && entry.value <= 0)
    .map((entry) => [entry, entry.value]) }));

function restore() {
  // a symbol named __proto__ makes the loader write into the prototype of every object
  for (const name of Object.keys(Object.prototype)) delete Object.prototype[name];
  tables.forEach((table, index) => {
    for (const name of Object.keys(table)) if (!untouched[index].names.has(name)) delete table[name];
    for (const [entry, value] of untouched[index].unset) entry.value = value;
  });
}

/** The runtime's whole memory and table, between two loads. */
function image() {
  const table = pyodide._module.wasmTable;
  return table && { table, memory: pyodide._module.HEAPU8.slice(),
    functions: Array.from({ length: table.length }, (_, index) => table.get(index)) };
}

/** Makes the runtime what it was. */
function putBack({ table, memory, functions }) {
  const now = pyodide._module.HEAPU8;
  now.set(memory);
  now.fill(0, memory.length);
  functions.forEach((one, index) => one && table.get(index) !== one && table.set(index, one));
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
async function loadModule({ file, name, alone }, bytes, mode) {
  records.clear();
  const before = alone && image();
  const where = place(file, bytes);
  const answer = { pyodide: runtime.version, mode, install: [], runs: [], then: null };
  const told = runtime.output.length;
  if (mode === 'preload') {
    try {
      await pyodide._api.loadDynlib(where, false, []);
    } catch (error) {
      answer.install.push(`${file}: ${text(error)}`);
    }
  }
  const preloaded = answer.install.length === 0;
  const [stage, message] = preloaded ? load(name, where) : ['not tried', ''];
  const record = records.get(sha256(bytes));
  const facts = record?.facts ?? factsIfAny(bytes);
  const libraries = neededLibraries(facts, new Map());
  answer.modules = [{ path: file, stage, message, needed: facts?.dylink.needed ?? [],
    needed_missing: libraries.missing, truth: record ? describeImports(runtime, record, libraries) : null }];
  const failed = !preloaded || stage === 'link';
  if (failed) answer.then = loadControl(); // after the imports are described: it sets addresses too
  answer.told = runtime.output.slice(told).filter((line) => /dynlib|[Ff]ail/.test(line)).slice(0, 3);
  runtime.output.length = 0;
  restore();
  pyodide.FS.unlink(where);
  // nothing of a module that was not instantiated is in memory
  const wrote = alone && record && (record.linked || record.linkErrors.length === 0);
  if (wrote && before) putBack(before);
  // a control that loaded before all was taken back loads after it too
  const spoilt = answer.then && 'error' in answer.then;
  const suspect = spoilt || wrote;
  const doubtful = (wrote && !before) || stage === 'fatal' || (suspect && 'error' in loadControl());
  if (suspect) restore();
  return { answer, doubtful };
}

for (const job of JSON.parse(readFileSync(options.jobs, 'utf8'))) {
  const bytes = new Uint8Array(readFileSync(job.path));
  for (const mode of job.modes) {
    await say({ id: job.id, begins: mode });
    const { answer, doubtful } = await loadModule(job, bytes, mode);
    await say({ id: job.id, mode, answer, last: doubtful });
    if (doubtful || ++loads >= ENOUGH_LOADS) process.exit(0);
  }
  if (pyodide._module.HEAPU8.length > ENOUGH_MEMORY) break;
}
process.exit(0);
