// node load.cjs MAIN.js SIDE.wasm [TABLE.json]: runs a main module with SIDE as /side.wasm. With TABLE.json writes what
// its live table of symbols holds: {name: "wasm" | "js" | "number" | "object"}.
const fs = require('fs');
const path = require('path');
const vm = require('vm');

const [, , main, side, table] = process.argv;
const kind = (value) =>
  typeof value === 'function' ? (/^\d+$/.test(value.name) ? 'wasm' : 'js') : typeof value;

globalThis.require = require;
globalThis.__filename = path.resolve(main);
globalThis.__dirname = path.dirname(path.resolve(main));
globalThis.Module = {
  wasmBinary: fs.readFileSync(main.replace(/\.js$/, '.wasm')),
  preRun: [() => globalThis.FS.writeFile('/side.wasm', fs.readFileSync(side))],
  onRuntimeInitialized: () => {
    if (!table) return;
    const symbols = globalThis.asmLibraryArg || globalThis.wasmImports;
    const kinds = Object.fromEntries(Object.entries(symbols).map(([name, value]) => [name, kind(value)]));
    fs.writeFileSync(table, JSON.stringify(kinds));
  },
};
vm.runInThisContext(fs.readFileSync(main, 'utf8'), { filename: main });
