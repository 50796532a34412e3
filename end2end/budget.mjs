// How much of the program a page fetches, as a browser fetches it: `node budget.mjs <site-root>`. The first page of the
// dashboard is in the main piece and needs no other (tests/pecas.spec.ts). What it compresses stays there for the server.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const BUDGET_KB = 350;

const pkg = join(process.argv[2], 'pkg');
const dir = join(pkg, readdirSync(pkg)[0]);
const packed = (file) => {
  const bytes = readFileSync(join(dir, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const br = brotliCompressSync(bytes, { params });
  writeFileSync(join(dir, `${file}.br`), br);
  writeFileSync(join(dir, `${file}.gz`), gzipSync(bytes, { level: 9 }));
  return br.length;
};
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

const files = readdirSync(dir).filter((file) => /\.(js|wasm)$/.test(file));
const size = Object.fromEntries(files.map((file) => [file, packed(file)]));
const sum = (names) => names.reduce((all, name) => all + size[name], 0);

const manifest = JSON.parse(readFileSync(join(dir, '__wasm_split_manifest.json'), 'utf8'));
console.log(`${kb(sum(files.filter((file) => file.endsWith('.js'))))}  JavaScript, brotli`);
for (const [group, pieces] of Object.entries(manifest).sort()) {
  const more = sum(pieces.map((piece) => `${piece}.wasm`));
  console.log(`${kb(more)}  more for ${group.replace(/_\d+$/, '')}, in ${pieces.length} files`);
}
const main = size['proseia.wasm'];
console.log(`${kb(main)}  WASM of the first page of the dashboard, brotli; the limit is ${BUDGET_KB} kB`);
if (main > BUDGET_KB * 1000) {
  console.error('Over the limit. Make something lazy (docs/adr/0004), or look for what a new dependency brought.');
  process.exit(1);
}
