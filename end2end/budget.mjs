// How much of the program the first dashboard page fetches, as a browser fetches it: `node budget.mjs <site-root>`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';

const BUDGET_KB = 350;
// The page of `/dashboard`, by the name of its lazy route (app/src/lib.rs).
const FIRST_PAGE = /^rota_inicio_view/;

const pkg = join(process.argv[2], 'pkg');
const dir = join(pkg, readdirSync(pkg)[0]);
const brotli = (file) => {
  const bytes = readFileSync(join(dir, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
};
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);

const manifest = JSON.parse(readFileSync(join(dir, '__wasm_split_manifest.json'), 'utf8'));
const pages = Object.entries(manifest).map(([name, files]) => [name.replace(/_\d+$/, ''), files.map((f) => `${f}.wasm`)]);
const first = pages.find(([name]) => FIRST_PAGE.test(name));
if (!first) throw new Error(`no page of the manifest is ${FIRST_PAGE}: ${pages.map(([name]) => name)}`);

const main = brotli('proseia.wasm');
console.log(`${kb(main)}  what every page needs, brotli`);
for (const [name, files] of pages) {
  const more = files.map(brotli).reduce((a, b) => a + b, 0);
  console.log(`${kb(more)}  more for ${name}, in ${files.length} files`);
}
const total = main + first[1].map(brotli).reduce((a, b) => a + b, 0);
console.log(`${kb(total)}  WASM of the first dashboard page; the budget is ${BUDGET_KB} kB`);
if (total > BUDGET_KB * 1000) {
  console.error(`Over the budget. Make something lazy (docs/adr/0004), or look for what a new dependency brought.`);
  process.exit(1);
}
