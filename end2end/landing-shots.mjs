// Photographs the product for the landing: a demonstration shop's inbox, wide and on a phone, light and dark. Runs against
// a fresh `bin/dev`, whose simulated customers write first:
//
//   PORT=3300 EVOLUTION_PORT=3301 bin/dev      # with an empty data directory
//   node end2end/landing-shots.mjs http://127.0.0.1:3300 http://127.0.0.1:3301
//   node end2end/images.mjs                    # the preview of a link shows the same screen
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import sharp from 'sharp';

const [base = 'http://127.0.0.1:3000', evolution = 'http://127.0.0.1:3001'] = process.argv.slice(2);
const OUT = resolve(import.meta.dirname, '../public/telas');
const SHOP = '5519991340000';

/** Each writes in this order; the hero last, so that it stands first. A pause waits until the answer is there. */
const CUSTOMERS = [
  { from: '5519991340101', name: 'Tiago Meireles', says: ['Boa tarde, qual o preço da granola da casa?'] },
  { from: '5519991340102', name: 'Dona Lúcia Ferraz', says: ['Consigo reservar um pão de fermentação natural para sábado?'], human: 'Consegue sim, dona Lúcia. Deixei um separado no seu nome, pode retirar até as 14h.' },
  { from: '5519991340103', name: 'Camila Rocha', says: ['Vocês têm cesta sem glúten? Quanto custa?'] },
  { from: '5519991340104', name: 'Oficina Dois Irmãos', says: ['Vocês aceitam vale-alimentação Alelo?'] },
  { from: '5519991340105', name: 'Beatriz Nakamura', says: ['Minha cesta chegou com o pote de mel quebrado, quero falar com alguém'] },
  { from: '5519991340106', name: 'Jonas Prado', says: ['Até que horas vocês abrem no sábado?'] },
  {
    from: '5519991340107',
    name: 'Marina Teixeira',
    says: ['Oi, vocês entregam no Cambuí? Quanto fica a taxa?', 'Que bom. E quanto custa a cesta de café da manhã?', 'Vocês decoram mesa de casamento também?'],
  },
];

async function json(url, options = {}) {
  const answer = await fetch(url, { ...options, headers: { 'content-type': 'application/json', ...options.headers } });
  if (!answer.ok) throw new Error(`${options.method ?? 'GET'} ${url}: ${answer.status} ${await answer.text()}`);
  const body = await answer.text();
  return body ? JSON.parse(body) : undefined;
}

async function until(what, probe) {
  const end = Date.now() + 90_000;
  for (;;) {
    const found = await probe();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what} did not happen within 90 s`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

const { token } = await json(`${base}/api/v1/auth/login`, { method: 'POST', body: JSON.stringify({ email: 'demo@proseia.local', senha: 'proseia-demo' }) });
const headers = { authorization: `Bearer ${token}` };
const api = (path, method = 'GET', body) => json(`${base}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) });
const sim = (path, body) => json(`${evolution}/_sim/${path}`, { method: 'POST', body: JSON.stringify(body) });

if ((await api('/whatsapp/status')).status !== 'CONECTADO') {
  await api('/whatsapp/instance', 'POST');
  const [{ name }] = await until('an instance', async () => {
    const found = await json(`${evolution}/_sim/instances`);
    return found.length > 0 && found;
  });
  await until('a QR code', async () => (await api('/whatsapp/status')).status === 'AGUARDANDO_QR');
  await sim(`${name}/scan`, { phone: SHOP });
  await until('the connection', async () => (await api('/whatsapp/status')).status === 'CONECTADO');
}
const [{ name: instance }] = await json(`${evolution}/_sim/instances`);

const conversation = async (name) => (await api('/conversas?limite=100')).itens.find((c) => c.nome === name);
const lines = async (id) => (await api(`/conversas/${id}`)).mensagens;

for (const { from, name, says, human } of CUSTOMERS) {
  // A second run photographs what the first has made.
  if (await conversation(name)) continue;
  for (const text of says) {
    const before = await conversation(name);
    const answered = before ? (await lines(before.id)).filter((m) => m.tipo !== 'CONTATO').length : 0;
    await sim(`${instance}/in`, { from, name, text });
    await until(`an answer to ${name}`, async () => {
      const now = await conversation(name);
      if (!now) return false;
      const ours = (await lines(now.id)).filter((m) => m.tipo !== 'CONTATO');
      return ours.length > answered && ours.every((m) => m.status_envio === null || ['ENTREGUE', 'LIDA'].includes(m.status_envio));
    });
  }
  const { id, estado } = await conversation(name);
  if (human) {
    if (estado !== 'HUMANO_RESPONDEU') await api(`/conversas/${id}/assumir`, 'POST');
    await api(`/conversas/${id}/mensagens`, 'POST', { id: crypto.randomUUID(), conteudo: human });
    await api(`/conversas/${id}/lida`, 'POST');
  }
  console.log(`${name}: ${(await conversation(name)).estado}`);
}
const hero = await conversation(CUSTOMERS.at(-1).name);

await mkdir(OUT, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.PROSEIA_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars'],
});

/** 1280 px of the product on 1104 px of the page: drawn at that size, so that letters stay sharp. */
const SHOTS = [
  { name: 'inbox', width: 1280, height: 800, scale: 1104 / 1280, files: [['', 'avif', 60], ['', 'webp', 84]] },
  { name: 'inbox', width: 1280, height: 800, scale: (2 * 1104) / 1280, files: [['-2x', 'avif', 48]] },
  { name: 'celular', width: 390, height: 860, scale: 2, mobile: true, files: [['', 'avif', 52], ['', 'webp', 80]] },
];
for (const [theme, colorScheme] of [['claro', 'light'], ['escuro', 'dark']]) {
  for (const { name, width, height, scale, mobile = false, files } of SHOTS) {
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      isMobile: mobile,
      hasTouch: mobile,
      colorScheme,
      locale: 'pt-BR',
      timezoneId: 'America/Sao_Paulo',
      reducedMotion: 'reduce',
    });
    // The conversation has the room, not the details of the contact.
    await context.addCookies([{ name: 'proseia_sessao', value: token, url: base }, { name: 'detalhes', value: '0', url: base }]);
    const page = await context.newPage();
    await page.goto(`${base}/dashboard/conversas/${hero.id}`);
    await page.locator('html[data-hydrated]').waitFor({ timeout: 30_000 });
    await page.getByText(CUSTOMERS.at(-1).says.at(-1)).last().waitFor();
    await page.evaluate(() => document.fonts.ready);
    // A screen that somebody works at: nothing focused, nothing flying in.
    await page.evaluate(() => document.activeElement?.blur());
    await page.waitForLoadState('load');
    const image = await page.screenshot();
    for (const [suffix, type, quality] of files) {
      const file = join(OUT, `${name}-${theme}${suffix}.${type}`);
      const { width: w, height: h } = await sharp(image).metadata();
      const { size } = await sharp(image)[type]({ quality, effort: type === 'avif' ? 7 : 6 }).toFile(file);
      console.log(`${file} ${w}x${h} ${(size / 1024).toFixed(1)} kB`);
    }
    await context.close();
  }
}
await browser.close();
