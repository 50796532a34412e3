// How much of the program the first dashboard page fetches, as a browser fetches it: `node budget.mjs <site-root>`. That page
// is in the main piece, as every page's frame is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const BUDGET_KB = 350;
const pkg = join(process.argv[2], 'pkg');
const dir = join(pkg, readdirSync(pkg)[0]);
const brotli = (file) => {
  const bytes = readFileSync(join(dir, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
};
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

const manifest = JSON.parse(readFileSync(join(dir, '__wasm_split_manifest.json'), 'utf8'));
const groups = Object.entries(manifest).map(([name, files]) => [name.replace(/^_+|_\d+$/g, ''), files.map((f) => `${f}.wasm`)]);

const main = brotli('proseia.wasm');
for (const [name, files] of groups) {
  const more = files.map(brotli).reduce((a, b) => a + b, 0);
  console.log(`${kb(more)}  more for the pages of ${name}, in ${files.length} files`);
}
console.log(`${kb(brotli('proseia.js'))}  JavaScript`);
console.log(`${kb(main)}  WASM of the first dashboard page, brotli; the budget is ${BUDGET_KB} kB`);
if (main > BUDGET_KB * 1000) {
  console.error('Over the budget. Make something lazy (docs/adr/0004), or look for what a new dependency brought.');
  process.exit(1);
}
