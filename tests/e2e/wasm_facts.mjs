// What the oracle must read from a module's bytes because the JavaScript interface does not tell:
// the exact description of each import (to try imports one by one) and the dylink.0 section.
// Nothing is checked: what the engine accepted is sound, and for other bytes a wrong answer is fine.

class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }
  get more() {
    return this.at < this.end;
  }
  byte() {
    return this.bytes[this.at++];
  }
  number() {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  text() {
    const size = this.number();
    this.at += size;
    return new TextDecoder().decode(this.bytes.subarray(this.at - size, this.at));
  }
  /** A sub-reader of the next `size` bytes, which are skipped here. */
  part(size) {
    const part = new Reader(this.bytes, this.at, this.at + size);
    this.at += size;
    return part;
  }
  since(start) {
    return this.bytes.slice(start, this.at);
  }
}

function sections(bytes) {
  const reader = new Reader(bytes, 8);
  const found = [];
  while (reader.more) {
    const id = reader.byte();
    found.push([id, reader.part(reader.number())]);
  }
  return found;
}

function skipValueType(reader) {
  // (ref null ht) and (ref ht) carry a heap type
  if ([0x63, 0x64].includes(reader.byte())) reader.number();
}

function skipLimits(reader) {
  const flags = reader.byte();
  reader.number();
  if (flags & 1) reader.number();
}

/** The function types as bytes; null when the module has other kinds of types. */
function functionTypes(section) {
  const types = [];
  for (let left = section.number(); left > 0; --left) {
    const start = section.at;
    if (section.byte() !== 0x60) return null;
    for (let list = 0; list < 2; ++list)
      for (let values = section.number(); values > 0; --values) skipValueType(section);
    types.push(section.since(start));
  }
  return types;
}

/** Each import with the bytes of its description; a function's or tag's type index apart. */
function imports(section) {
  const found = [];
  for (let left = section.number(); left > 0; --left) {
    const entry = { module: section.text(), name: section.text() };
    const start = section.at;
    const kind = section.byte();
    if (kind === 0) entry.type = section.number();
    else if (kind === 1) skipValueType(section), skipLimits(section);
    else if (kind === 2) skipLimits(section);
    else if (kind === 3) skipValueType(section), section.byte();
    else if (kind === 4) section.byte(), (entry.type = section.number());
    entry.kind = ['function', 'table', 'memory', 'global', 'tag'][kind];
    entry.description = section.since(start);
    found.push(entry);
  }
  return found;
}

const WEAK = 1; // WASM_SYMBOL_BINDING_MASK is 3, weak is 1

function dylink(section) {
  const facts = { needed: [], runtimePath: [], weak: new Set() };
  while (section.more) {
    const id = section.byte();
    const part = section.part(section.number());
    if (id === 2) for (let left = part.number(); left > 0; --left) facts.needed.push(part.text());
    if (id === 4)
      for (let left = part.number(); left > 0; --left) {
        part.text(); // the import module
        const name = part.text();
        if ((part.number() & 3) === WEAK) facts.weak.add(name);
      }
    if (id === 5)
      for (let left = part.number(); left > 0; --left) facts.runtimePath.push(part.text());
  }
  return facts;
}

function legacyDylink(section) {
  const facts = { needed: [], runtimePath: [], weak: new Set() };
  for (let skip = 0; skip < 4; ++skip) section.number();
  for (let left = section.number(); left > 0; --left) facts.needed.push(section.text());
  return facts;
}

/** Types, imports and dylink facts of a side module; null when it has no dylink section first. */
export function readFacts(bytes) {
  if (bytes.length < 8 || bytes[0] !== 0 || bytes[1] !== 0x61) return null;
  const facts = { types: null, imports: [], dylink: null };
  sections(bytes).forEach(([id, section], index) => {
    if (id === 0 && index === 0) {
      const name = section.text();
      if (name === 'dylink.0') facts.dylink = dylink(section);
      if (name === 'dylink') facts.dylink = legacyDylink(section);
    } else if (id === 1) facts.types = functionTypes(section);
    else if (id === 2) facts.imports = imports(section);
  });
  return facts.dylink && facts;
}

function leb(value) {
  const out = [];
  do {
    out.push((value & 0x7f) | (value > 0x7f ? 0x80 : 0));
    value >>>= 7;
  } while (value);
  return out;
}

const section = (id, payload) => [id, ...leb(payload.length), ...payload];

/** A module whose only content is one import, described as in the module the facts are of. */
export function moduleWithOneImport(facts, entry) {
  const typed = entry.type !== undefined;
  const description =
    entry.kind === 'function' ? [0, 0] : entry.kind === 'tag' ? [4, 0, 0] : [...entry.description];
  return new Uint8Array([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...(typed ? section(1, [1, ...facts.types[entry.type]]) : []),
    ...section(2, [1, 1, 0x61, 1, 0x62, ...description]), // from module "a" the name "b"
  ]);
}
