// Watches how a real Pyodide links side modules: what each of their imports is really satisfied by.
//
// To be imported before anything else: WebAssembly is wrapped from then on. `boot` starts a runtime,
// `records` holds what was seen of each side module that was instantiated, `describeImports` says
// what became of its imports. That does not depend on the load's success: own exports are read from
// the module, symbols looked up in the runtime's own table afterwards, and when linking fails each
// import is tried alone. Used by oracle.mjs (a wheel a process) and ../truth/live.mjs (many modules).

import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { moduleWithOneImport, readFacts } from './wasm_facts.mjs';

const { Module, Instance, Table, Tag, instantiate, compile } = WebAssembly;
const wasm = { Module, Instance, Table, Tag, instantiate, compile }; // as the engine made them
export const text = (error) => String(error?.message ?? error);
export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

// --- watching ------------------------------------------------------------------------------------

const bytesOf = new WeakMap(); // WebAssembly.Module → its bytes
export const records = new Map(); // sha256 → what was seen when a side module was first instantiated
export const instances = new Map(); // sha256 → how many instances of a side module were made
let mainExports = new Set(); // names, of the runtime's main module
let booted = false;

function asBytes(source) {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
    : new Uint8Array(source).slice();
}

const addressModule = (entry) => entry.module === 'GOT.mem' || entry.module === 'GOT.func';

/** Reads what the runtime offers for each import, in the engine's order, as the engine would. */
function offers(facts, given) {
  const found = [];
  for (const entry of facts.imports) {
    const namespace = given?.[entry.module];
    if (namespace === null || (typeof namespace !== 'object' && typeof namespace !== 'function')) {
      found.push({ entry, absent: true });
      break; // the engine stops here too, and reading on would create address entries
    }
    found.push({ entry, value: namespace[entry.name] });
  }
  return found;
}

/** After instantiation: one instance more of those bytes. */
function made(module) {
  const bytes = booted && bytesOf.get(module);
  if (!bytes) return;
  const key = sha256(bytes);
  instances.set(key, (instances.get(key) ?? 0) + 1);
}

/** Before instantiation: a record of the module, or null when it is none of ours. */
function observe(module, given) {
  const bytes = booted && bytesOf.get(module);
  const facts = bytes && readFacts(bytes);
  if (!facts) return null;
  const key = sha256(bytes);
  if (records.has(key)) return null;
  const record = { facts, given, offers: offers(facts, given), linkErrors: [],
    exports: new Set(wasm.Module.exports(module).map((item) => item.name)), linked: false,
    // tables, memories and tags have no address
    addresses: new Set(wasm.Module.exports(module).filter((item) => /^(function|global)$/.test(item.kind))
      .map((item) => item.name)) };
  records.set(key, record);
  return record;
}

/** Which imports the engine refuses, found by instantiating a module with each one alone. */
function refusedImports(record) {
  const refused = [];
  for (const { entry, value, absent } of record.offers) {
    if (absent) {
      refused.push({ entry, message: 'the loader offers no such import module' });
    } else if (entry.type === undefined || record.facts.types) {
      try {
        const alone = new wasm.Module(moduleWithOneImport(record.facts, entry));
        new wasm.Instance(alone, { a: { b: value } });
      } catch (error) {
        refused.push({ entry, message: text(error) });
      }
    }
  }
  return refused;
}

function failed(record, error) {
  record.error = text(error);
  record.linkErrors = refusedImports(record);
}

const watchedModule = new Proxy(wasm.Module, {
  construct(target, [source, ...more]) {
    const module = new target(source, ...more);
    if (booted) bytesOf.set(module, asBytes(source));
    return module;
  },
});

const watchedInstance = new Proxy(wasm.Instance, {
  construct(target, [module, given]) {
    const record = observe(module, given);
    try {
      const instance = new target(module, given);
      if (record) record.linked = true;
      made(module);
      return instance;
    } catch (error) {
      if (record) failed(record, error);
      throw error;
    }
  },
});

async function watchedCompile(source, ...more) {
  const module = await wasm.compile.call(WebAssembly, source, ...more);
  if (booted) bytesOf.set(module, asBytes(source));
  return module;
}

async function watchedInstantiate(source, given) {
  if (!booted) {
    const result = await wasm.instantiate.call(WebAssembly, source, given);
    const names = Object.keys((result.instance ?? result).exports);
    if (names.length > mainExports.size) mainExports = new Set(names);
    return result;
  }
  const ready = source instanceof wasm.Module;
  const module = ready ? source : await watchedCompile(source);
  const record = observe(module, given);
  try {
    const instance = await wasm.instantiate.call(WebAssembly, module, given);
    if (record) record.linked = true;
    made(module);
    return ready ? instance : { module, instance };
  } catch (error) {
    if (record) failed(record, error);
    throw error;
  }
}

Object.assign(WebAssembly, { Module: watchedModule, Instance: watchedInstance,
  compile: watchedCompile, instantiate: watchedInstantiate });

// --- the runtime ---------------------------------------------------------------------------------

export async function boot(folder) {
  const { loadPyodide } = createRequire(import.meta.url)(path.join(folder, 'pyodide.js'));
  const output = [];
  const note = (line) => output.push(String(line));
  for (const channel of ['log', 'warn', 'error']) console[channel] = (...all) => note(all.join(' '));
  const pyodide = await loadPyodide({ indexURL: folder + '/', stdout: note, stderr: note });
  const version = JSON.parse(readFileSync(path.join(folder, 'package.json'))).version;
  const loader = ['pyodide.asm.js', 'pyodide.asm.mjs'].map((name) => {
    try { return readFileSync(path.join(folder, name), 'utf8'); } catch { return ''; }
  }).join('');
  pyodide.runPython(PYTHON);
  booted = true;
  return { pyodide, version, output, readsEmJs: loader.includes('addEmJs'),
    // exports that the loader keeps to itself
    internal: new Set(JSON.parse(`[${/isInternalSym\b[^[]{0,80}\[([^\]]*)\]/.exec(loader)?.[1] ?? ''}]`)),
    // from 5.0.3 on addresses may be Globals; letters of `.sig` that can be written into a module
    takesGlobals: loader.includes('typeof value.value=="number"'),
    signature: /"?e"?:111/.test(loader) ? /^[vijfdpe][ijfdpe]*$/ : /^[vijfdp][ijfdp]*$/ };
}

const PYTHON = `
import importlib.machinery, importlib.util, json, os, re, site, sys, zipfile

class oracle:
    packages = site.getsitepackages()[0]

    def unpack(path):
        with zipfile.ZipFile(path) as archive:
            archive.extractall(oracle.packages)
        importlib.invalidate_caches()

    def members(path):
        "The modules of the wheel: what the package loader would preload, with their bytes."
        with zipfile.ZipFile(path) as archive:
            return sorted(n for n in archive.namelist() if re.search(r"\\.so(\\.\\d+)*$", n))

    def load(member):
        "Imports one module by its path: (stage, message); a stage of 'link' is the loader's error."
        # 0.21 unpacks what loadPackage is given into the working folder
        places = [os.path.join(folder, member) for folder in (oracle.packages, os.getcwd())]
        path = next(filter(os.path.exists, places), places[0])
        base = os.path.basename(path).split(".")[0]
        return oracle.load_as(base if base != "__init__" else os.path.basename(os.path.dirname(path)), path)

    def load_as(name, path):
        "The same under a name of one's choice: CPython then looks for its init function."
        loader = importlib.machinery.ExtensionFileLoader(name, path)
        spec = importlib.util.spec_from_file_location(name, path, loader=loader)
        try:
            module = importlib.util.module_from_spec(spec)
            loader.exec_module(module)
        except ImportError as error:
            # CPython sets path when the dynamic loader fails and when there is no init function
            ours = error.path == path
            init = "module export function" in str(error)
            return ("link" if ours and not init else "python", f"{type(error).__name__}: {error}")
        except BaseException as error:
            return ("python", f"{type(error).__name__}: {error}")
        return ("ok", "")
`;

export function evaluate(pyodide, code) {
  try {
    return { code, value: String(pyodide.runPython(code)) };
  } catch (error) {
    const message = text(error).trim();
    const python = error?.constructor?.name === 'PythonError' || /^Traceback/.test(message);
    return { code, [python ? 'error' : 'fatal']: message.split('\n').pop() };
  }
}

// --- the truth -----------------------------------------------------------------------------------

const slot = new wasm.Table({ element: 'anyfunc', initial: 1 });

/** Only a function that a WebAssembly module exports can be put into a table. */
function isWasmFunction(value) {
  try {
    slot.set(0, value);
    return true;
  } catch {
    return false;
  }
}

const isStub = (value) => typeof value === 'function' && !isWasmFunction(value) &&
  /\bresolveSymbol\(/.test(Function.prototype.toString.call(value));

/** What the runtime has under a name now: by its own lookup, else by reading its import table. */
function lookUp(runtime, record, name) {
  const resolve = runtime.pyodide._module.resolveGlobalSymbol;
  if (resolve) {
    const found = resolve(name);
    return found && typeof found === 'object' && 'sym' in found ? found.sym : found;
  }
  const value = record.given.env[name];
  return isStub(value) ? undefined : value;
}

/** What a stub of the loader's would call; undefined for nobody. The stub is made to call a probe instead
 *  of the function: it applies what it found (0.21 to 0.26). Newer ones are not asked. */
function boundBy(stub) {
  const { apply } = Function.prototype;
  let bound;
  Function.prototype.apply = function probe() { bound = this; };
  try {
    stub();
  } catch {
    bound = undefined; // "reading 'apply'"
  } finally {
    Function.prototype.apply = apply;
  }
  return bound;
}

/** Whether calls of this import die though a needed library has the function: nothing binds them. */
const isUnbound = ({ entry, value }) => entry.kind === 'function' && isStub(value) &&
  /\.apply\(null,\s*arguments\)/.test(Function.prototype.toString.call(value)) && !boundBy(value);

const isUnset = (address) => !address || address.value === 0 || address.value === -1;

/** Whether the loader can make an address of what it has under a name. */
function hasAddress(runtime, value) {
  if (typeof value === 'function') return isWasmFunction(value) || runtime.signature.test(value.sig ?? '');
  return typeof value === 'number' || (runtime.takesGlobals && typeof value?.value === 'number');
}

/** What JavaScript has under a name on every object, and so in the loader's table of addresses. */
const onEveryObject = (name) => name in Object.prototype;

/** How one import was satisfied: a word of wheelaudit's `Resolution`. */
function resolution(runtime, record, libraries, { entry, value, absent }) {
  const { name } = entry;
  if (absent) return 'unresolved';
  const address = addressModule(entry);
  if (!address && entry.kind === 'function' && typeof value === 'function' && !isStub(value))
    return isWasmFunction(value) ? 'runtime_wasm' : 'runtime_js';
  if (entry.kind === 'tag') return value instanceof wasm.Tag ? 'runtime_wasm' : 'unresolved';
  if (!address && entry.kind !== 'function') return value === undefined ? 'unresolved' : 'loader';
  if ((address ? record.addresses : record.exports).has(name) && !(address && runtime.internal.has(name)))
    return 'own_export';
  if (!address && record.exports.has('__em_js__' + name) && runtime.readsEmJs) return 'own_em_js';
  if (libraries.found.some((library) => library.exports.has(name))) return 'library';
  if (address && onEveryObject(name)) return 'loader'; // the engine refuses it
  const useless = address && isUnset(value) && !hasAddress(runtime, lookUp(runtime, record, name));
  if (address && mainExports.has(name) && !useless) return 'runtime_wasm';
  const late = lookUp(runtime, record, name);
  const usable = !address || hasAddress(runtime, late);
  if (late !== undefined && late !== null && usable) {
    if (!address && /^(invoke_|__cxa_find_matching_catch)/.test(name)) return 'on_demand';
    return isWasmFunction(late) || typeof late !== 'function' ? 'runtime_wasm' : 'runtime_js';
  }
  const present = address && late !== undefined && late !== null; // of no use, weak or not
  if (record.facts.dylink.weak.has(name) && !present) return 'weak';
  // all modules of a session share the addresses: another one's export may have served by luck
  if (address && !isUnset(value)) return 'neighbour';
  return libraries.missing.length ? 'behind_missing' : 'unresolved';
}

/** The wheel's libraries that a module needs, itself or through others, and those not loaded. */
export function neededLibraries(facts, byBaseName) {
  const found = [];
  const missing = [];
  const seen = new Set();
  const visit = (names) => {
    for (const needed of names) {
      const base = path.basename(needed);
      if (seen.has(base)) continue;
      seen.add(base);
      const library = byBaseName.get(base);
      if (!library?.linked) missing.push(needed);
      else found.push(library), visit(library.facts.dylink.needed);
    }
  };
  visit(facts?.dylink.needed ?? []);
  return { found, missing };
}

export function describeImports(runtime, record, libraries) {
  const counts = {};
  const lists = { unresolved_functions: [], unresolved_addresses: [], unresolved_tags: [],
    unbound: [], unknown: [], weak: [], neighbour: [] };
  for (const offer of record.offers) {
    const word = resolution(runtime, record, libraries, offer);
    counts[word] = (counts[word] ?? 0) + 1;
    const { name, kind } = offer.entry;
    const noun = addressModule(offer.entry) ? 'addresses' : kind + 's';
    if (word === 'unresolved' && !offer.absent) lists['unresolved_' + noun]?.push(name);
    if (word === 'library' && isUnbound(offer)) lists.unbound.push(name);
    if (word === 'behind_missing') lists.unknown.push(name);
    else lists[word]?.push(name);
  }
  // behind an import module that is not given, the engine reads no further
  lists.unknown.push(...record.facts.imports.slice(record.offers.length).map((entry) => entry.name));
  for (const list of Object.values(lists)) list.splice(0, Infinity, ...[...new Set(list)].sort());
  return { linked: record.linked, link_error: record.error ?? null, imports: counts, ...lists,
    refused: record.linkErrors.map(({ entry: { module, name, kind }, message }) => ({
      module, name, kind, message })) };
}

/** The facts of a module that was never instantiated; null for what is none. */
export function factsIfAny(bytes) {
  try {
    return readFacts(bytes);
  } catch {
    return null;
  }
}
