// One session of a real Pyodide: installs a wheel of several modules in one way, imports its modules in one order,
// calls each, and says what came of it. JSON on the last line of standard output, also when the process has to end
// before the session does (an installation that never returns, an interpreter that died).
//
//   node session.mjs --pyodide DIR --wheel FILE --loader package|import|micropip --modules a.b,c [--then FILE] [--with FILE]…
//
//   package   pyodide.loadPackage, which preloads every module of the wheel in the order of the archive
//   import    unpacked as pip does it (`.data/platlib` and `purelib` move to the root), then Python's import alone
//   micropip  the runtime's micropip, from the wheels given by --with
//   --modules their names, in the order in which they are imported
//   --then    an innocent wheel, installed and imported at the end: does this session still load anything?

import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { boot, describeImports, evaluate, factsIfAny, instances, neededLibraries, records, sha256, text } from '../e2e/watch.mjs';

const { values: options } = parseArgs({ options: {
  pyodide: { type: 'string' }, wheel: { type: 'string' }, loader: { type: 'string' }, modules: { type: 'string' },
  then: { type: 'string' }, with: { type: 'string', multiple: true, default: [] } } });

const PYTHON = `
import builtins, importlib, json, os, shutil, sys, zipfile

class session:
    def spread(path):
        "What pip does with .data folders."
        with zipfile.ZipFile(path) as archive:
            archive.extractall(oracle.packages)
            roots = {n.split("/")[0] for n in archive.namelist() if n.split("/")[0].endswith(".data")}
        for root in roots:
            for scheme in ("platlib", "purelib"):
                source = os.path.join(oracle.packages, root, scheme)
                if os.path.isdir(source):
                    shutil.copytree(source, oracle.packages, dirs_exist_ok=True)
            shutil.rmtree(os.path.join(oracle.packages, root))
        importlib.invalidate_caches()

    def load(name):
        try:
            importlib.import_module(name)
        except BaseException as error:
            return f"{type(error).__name__}: {error}"

    def library_state(modules):
        "Stores by the first module, reads by all: what each of them sees."
        having = [m for m in (sys.modules.get(n) for n in modules) if hasattr(m, "get")]
        if having:
            having[0].set(7)
        return [m.get() for m in having]
`;

const modules = options.modules.split(',');
const result = { release: '', loader: options.loader, install: 'never returned', imports: {}, calls: {}, again: {}, state: null,
  constructed: [], instances: {}, // by the digest of their bytes
  unresolved: {}, then: null, ended: 'died', output: [] };
let runtime;
let told = false;
process.on('exit', () => {
  if (told) return;
  told = true;
  result.instances = Object.fromEntries(instances);
  if (runtime) result.output = runtime.output.slice(-6).map((line) => line.slice(0, 300));
  writeSync(1, '\n' + JSON.stringify(result) + '\n');
});

runtime = await boot(path.resolve(options.pyodide));
result.release = runtime.version;
const { pyodide } = runtime;
pyodide.runPython(PYTHON);
const evaluated = (code) => {
  const { value, error, fatal } = evaluate(pyodide, code);
  return value !== undefined ? { value } : error !== undefined ? { error } : { fatal };
};
const json = (code) => {
  const answer = evaluated(`json.dumps(${code})`);
  return 'value' in answer ? { value: JSON.parse(answer.value) } : answer;
};

/** Installs a wheel; what was wrong with that, or null. */
async function install(file) {
  const inside = '/tmp/' + path.basename(file);
  pyodide.FS.mkdirTree('/tmp');
  pyodide.FS.writeFile(inside, readFileSync(file));
  pyodide.globals.set('session_wheel', inside);
  const wrong = [];
  const before = runtime.output.length;
  try {
    if (options.loader === 'import') {
      pyodide.runPython('session.spread(session_wheel)');
    } else if (options.loader === 'micropip') {
      await pyodide.runPythonAsync(`import micropip\nawait micropip.install("emfs:" + session_wheel, deps=False)`);
    } else {
      const note = (line) => runtime.output.push(String(line));
      const error = (line) => wrong.push(String(line));
      const old = /^0\.2[12]\./.test(runtime.version);
      if (old) await pyodide.loadPackage(path.resolve(file), note, error);
      else await pyodide.loadPackage(path.resolve(file), { messageCallback: note, errorCallback: error });
    }
  } catch (error) {
    wrong.push(text(error).trim().split('\n').slice(-2).join(' | '));
  }
  wrong.push(...runtime.output.slice(before).filter((line) => /dynlib|[Ff]ail/.test(line)));
  return wrong.length ? wrong.join('; ').slice(0, 600) : null;
}

if (options.loader === 'micropip') {
  for (const file of options.with) await pyodide.loadPackage(path.resolve(file), { messageCallback() {}, errorCallback() {} });
}
result.install = await install(options.wheel);
result.ended = 'early';
let dead = false;
const ask = (list, key, code) => {
  if (dead) return;
  list[key] = evaluated(code);
  dead = 'fatal' in list[key];
};
for (const name of modules) {
  if (dead) break;
  const loaded = json(`session.load(${JSON.stringify(name)})`);
  dead = 'fatal' in loaded;
  result.imports[name] = loaded.value === null ? 'ok' : loaded.value ?? loaded.fatal ?? loaded.error;
  if (loaded.value === null) ask(result.calls, name, `sys.modules[${JSON.stringify(name)}].call()`);
}
// what is loaded later must not change what was bound before
for (const name of Object.keys(result.calls)) ask(result.again, name, `sys.modules[${JSON.stringify(name)}].call()`);
if (!dead) result.state = json(`session.library_state(${JSON.stringify(modules)})`);
dead ||= Boolean(result.state && 'fatal' in result.state);
if (!dead) result.constructed = json(`getattr(builtins, "constructed", [])`).value ?? [];

/** Which names nobody offered, for each module of the wheel. */
function describe() {
  const members = json(`{n: list(zipfile.ZipFile(session_wheel).read(n)) for n in oracle.members(session_wheel)}`).value ?? {};
  const seen = new Map(Object.entries(members).map(([member, list]) => [member, new Uint8Array(list)]));
  const byName = new Map([...seen].map(([member, bytes]) => [path.basename(member), records.get(sha256(bytes))]));
  for (const [member, bytes] of seen) {
    const record = records.get(sha256(bytes));
    if (!record) continue;
    const libraries = neededLibraries(record.facts ?? factsIfAny(bytes), byName);
    const truth = describeImports(runtime, record, libraries);
    const missing = [...truth.unresolved_functions, ...truth.unresolved_addresses, ...truth.unresolved_tags];
    if (missing.length) result.unresolved[member] = missing;
  }
}
if (!dead) describe();

if (options.then && !dead) {
  const name = path.basename(options.then).split('-')[0];
  const wrong = await install(options.then);
  result.then = wrong ? { error: wrong } : evaluated(`import ${name}; ${name}.fine()`);
}
result.ended = dead ? 'dead' : 'whole';
process.exit(0);
