// Asks a real Pyodide what becomes of a wheel: how each import of its modules is really satisfied,
// whether they load, and what calls return. One wheel per process: a failed load can spoil every
// later one (docs/design/linking.md#poison). JSON on standard output.
//
//   node oracle.mjs --pyodide DIR --wheel FILE [--mode import|install|unpack] [--then FILE] [--run CODE]…
//
//   import   unpacks the wheel into site-packages and imports each module by its path
//   install  hands the file to pyodide.loadPackage, the runtime's own installer, which preloads
//            every module of it; then imports each module as above
//   unpack   only unpacks it: the first import is the script's
//   --then   another wheel, whose package (the file name up to the first '-') is installed the same
//            way and imported afterwards: does this session still load anything?
//   --run    Python, evaluated at the end (before --then); its value as text
//
// What is reported about a module's imports is watch.mjs's.

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { boot, describeImports, evaluate, factsIfAny, neededLibraries, records, sha256, text } from './watch.mjs';

/** Installs a wheel (already in the runtime's file system) and says what was wrong with that. */
async function install(runtime, file, mode) {
  const { pyodide } = runtime;
  const inside = '/tmp/' + path.basename(file);
  pyodide.FS.mkdirTree('/tmp');
  pyodide.FS.writeFile(inside, readFileSync(file));
  pyodide.globals.set('oracle_wheel', inside);
  if (mode !== 'install') {
    pyodide.runPython('oracle.unpack(oracle_wheel)');
    return [];
  }
  const errors = [];
  const before = runtime.output.length;
  const told = (line) => runtime.output.push(String(line));
  const wrong = (line) => errors.push(String(line));
  try {
    // up to 0.22 the callbacks are parameters, from 0.23 on a bag of options
    const old = /^0\.2[12]\./.test(runtime.version);
    if (old) await pyodide.loadPackage(path.resolve(file), told, wrong);
    else await pyodide.loadPackage(path.resolve(file), { messageCallback: told, errorCallback: wrong });
  } catch (error) {
    errors.push(text(error));
  }
  const warnings = runtime.output.slice(before).filter((line) => /dynlib|[Ff]ail/.test(line));
  return [...errors, ...warnings];
}

// --- one run -------------------------------------------------------------------------------------

const { values: options } = parseArgs({ options: {
  pyodide: { type: 'string' }, wheel: { type: 'string' }, mode: { type: 'string', default: 'import' },
  then: { type: 'string' }, run: { type: 'string', multiple: true, default: [] } } });
const say = (result) => process.stdout.write(JSON.stringify(result) + '\n', () => process.exit(0));

const runtime = await boot(path.resolve(options.pyodide));
const { pyodide } = runtime;
const python = (code) => JSON.parse(pyodide.runPython(code));

const result = { pyodide: runtime.version, wheel: path.basename(options.wheel), mode: options.mode,
  install: [], modules: [], runs: [], then: null };
result.install = await install(runtime, options.wheel, options.mode);

const members = python('json.dumps(oracle.members(oracle_wheel))');
const bytesIn = new Map(members.map((member) => {
  pyodide.globals.set('oracle_member', member);
  const proxy = pyodide.runPython('zipfile.ZipFile(oracle_wheel).read(oracle_member)');
  const bytes = proxy.toJs();
  proxy.destroy();
  return [member, bytes];
}));

let dead = false;

/** Installs and imports another wheel: does this session still load anything? */
async function loadAnother(file) {
  const name = path.basename(file).split('-')[0];
  const errors = await install(runtime, file, options.mode);
  const problem = errors.length && { error: errors.join('; ') };
  return problem || evaluate(pyodide, `import ${name}; ${name}.fine()`);
}

// Trying the modules again after a failed installation would change the session: first things first.
if (options.then && result.install.length) result.then = await loadAnother(options.then);

for (const member of members) {
  const entry = { path: member, stage: 'not tried', message: '' };
  result.modules.push(entry);
  if (dead || options.mode === 'unpack') continue;
  pyodide.globals.set('oracle_member', member);
  try {
    [entry.stage, entry.message] = python('json.dumps(oracle.load(oracle_member))');
  } catch (error) {
    [entry.stage, entry.message, dead] = ['fatal', text(error).split('\n')[0], true];
  }
}

for (const code of options.run) {
  if (dead) break;
  const run = evaluate(pyodide, code);
  result.runs.push(run);
  dead = 'fatal' in run;
}

if (options.then && !result.then && !dead) result.then = await loadAnother(options.then);

const seen = new Map(members.map((m) => [m, records.get(sha256(bytesIn.get(m)))]));
const byBaseName = new Map(members.map((m) => [path.basename(m), seen.get(m)]));
for (const entry of result.modules) {
  const record = seen.get(entry.path);
  const facts = record?.facts ?? factsIfAny(bytesIn.get(entry.path));
  const libraries = neededLibraries(facts, byBaseName);
  entry.needed = facts?.dylink.needed ?? [];
  entry.needed_missing = libraries.missing;
  entry.truth = record ? describeImports(runtime, record, libraries) : null;
}
say(result);
