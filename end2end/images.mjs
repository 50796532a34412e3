// Draws what browsers and link previews show of us: the icons from public/logo-mark.svg and the preview of a link, in the
// colours of style/tokens.css. Needs no server:
//
//   node end2end/images.mjs
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const ROOT = resolve(import.meta.dirname, '..');
const PUBLIC = join(ROOT, 'public');
const OPTIONS = { executablePath: process.env.PROSEIA_CHROMIUM ?? '/usr/bin/chromium-headless-shell', args: ['--no-sandbox'] };

const text = (path) => readFile(join(ROOT, path), 'utf8');
const data = async (path, type) => `data:${type};base64,${(await readFile(join(ROOT, path))).toString('base64')}`;

/** A palette is enough for flat colours. */
const png = (image) => sharp(image).png({ palette: true, quality: 92, effort: 10 }).toBuffer();

const browser = await chromium.launch(OPTIONS);

async function draw(html, width, height, name) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(html);
  await page.evaluate(() => document.fonts.ready);
  const image = await png(await page.screenshot({ omitBackground: true }));
  await page.close();
  const file = join(PUBLIC, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, image);
  console.log(`${name} ${width}x${height} ${(image.length / 1024).toFixed(1)} kB`);
}

const mark = (await text('public/logo-mark.svg')).replace(/width="\d+" height="\d+"/, '').replace(/fill="#[0-9A-Fa-f]+"/, 'fill="#fff"');
const tokens = (await text('style/tokens.css')).replace(/url\("[^"]+"\)/, `url(${await data('public/fonts/inter-latin-wght-normal.woff2', 'font/woff2')})`);

/** `share`: how much of the height the mark takes; `radius`: of the corners, in shares of the width. */
const icon = (size, share, radius) => `<!doctype html><style>${tokens}
  html { color-scheme: light } body { margin: 0; display: grid; place-items: center; width: ${size}px; height: ${size}px; background: var(--primary); border-radius: ${radius * 100}%; }
  svg { height: ${size * share}px; translate: 0 2%; }</style><body>${mark}</body>`;

await draw(icon(192, 0.66, 0.22), 192, 192, 'icones/192.png');
await draw(icon(512, 0.66, 0.22), 512, 512, 'icones/512.png');
// Whatever shape the system cuts out, the mark stays within the inner 80 %.
await draw(icon(512, 0.5, 0), 512, 512, 'icones/maskable-512.png');
await draw(icon(180, 0.6, 0), 180, 180, 'icones/apple-touch.png');

const logo = (await text('public/logo.svg')).replace(/width="\d+" height="\d+"/, '');
await draw(
  `<!doctype html><style>${tokens}
  html { color-scheme: light } body { margin: 0; position: relative; overflow: hidden; width: 1200px; height: 630px; background: linear-gradient(160deg, var(--bg) 20%, var(--primary-soft)); font-family: var(--sans); color: var(--text); }
  .logo { position: absolute; left: 72px; top: 64px; } .logo svg { height: 54px; }
  h1 { position: absolute; left: 72px; top: 196px; width: 520px; margin: 0; font: 700 60px/1.08 var(--sans); letter-spacing: -.02em; text-wrap: balance; }
  p { position: absolute; left: 72px; bottom: 60px; width: 440px; margin: 0; font: 500 24px/1.4 var(--sans); color: var(--text-2); }
  img { position: absolute; left: 640px; top: 72px; width: 1010px; border: 1px solid var(--border); border-radius: 14px; box-shadow: var(--shadow-2); }</style>
  <body><div class="logo">${logo}</div><h1>Seu WhatsApp responde na hora. Você entra quando importa.</h1>
  <p>Atendimento com IA que responde só com o que a sua empresa escreveu.</p>
  <img src="${await data('public/telas/inbox-claro-2x.avif', 'image/avif')}" alt=""></body>`,
  1200,
  630,
  'og.png',
);
await browser.close();
