// Every page in both themes, on a computer and on a phone, as WebP in docs/screenshots.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, expect, type Page, test } from '@playwright/test';
import { CLIENTE, inTheme, simUrl, url } from '../tests/fixtures.ts';
import { ROUTES } from '../tests/routes.ts';

const OUT = resolve(import.meta.dirname, '../../docs/screenshots');
const QUALITY = 78;
const SIZES = [
  { name: 'computador', options: { viewport: { width: 1440, height: 900 } } },
  { name: 'celular', options: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1.5, hasTouch: true, isMobile: true } },
];
const PEOPLE = [
  ['5511988880001', 'Marina Souza', ['Oi, boa tarde!', 'Qual é o horário de funcionamento?', 'E no sábado?']],
  ['5511988880002', 'João Prado', ['Vocês fazem entrega?', 'Quanto custa a entrega?']],
  ['5511988880003', 'Beatriz Lima', ['Quais são as formas de pagamento?', 'Aceita Pix?']],
  ['5521988880004', 'Rafael Antunes', ['Meu pedido veio errado, quero falar com uma pessoa']],
  ['5531988880005', 'Cláudia Reis', ['Vocês têm buquê de girassol?', 'Posso retirar hoje?']],
  ['5541988880006', 'Pedro Nogueira', ['Qual é o endereço da loja?']],
  ['5551988880007', '', ['Bom dia, vocês abrem no feriado?']],
] as const;

test.describe.configure({ mode: 'serial' });
// What goes wrong with one picture must not keep the others from being taken.
test.setTimeout(90_000);

async function sim(path: string, body: object): Promise<void> {
  const answer = await fetch(simUrl(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
}

async function settled(page: Page): Promise<void> {
  const interactive = (await page.locator('link[rel=modulepreload]').count()) > 0;
  if (interactive) await page.locator('html[data-hydrated]').waitFor({ state: 'attached', timeout: 20_000 });
  await page.evaluate(() => document.fonts.ready);
  // Lists that load; a page that never ends loading is worth a picture too.
  const chart = page.locator('proseia-grafico').first();
  if ((await chart.count()) > 0 && (await chart.boundingBox().then((box) => box !== null && box.y < page.viewportSize()!.height))) {
    await expect(chart).toHaveAttribute('pronto', '', { timeout: 5_000 });
  }
  await page.locator('.is-loading, .skeleton').first().waitFor({ state: 'detached', timeout: 5_000 }).catch(() => {});
}

async function picture(context: BrowserContext, page: Page, name: string): Promise<void> {
  const session = await context.newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  await session.detach();
  await writeFile(join(OUT, `${name}.webp`), Buffer.from(data, 'base64'));
}

/** Four pictures: both themes, both sizes. */
async function pictures(browser: Browser, path: string, name: string, as?: string): Promise<void> {
  for (const size of SIZES) {
    const context = await browser.newContext({ ...size.options, storageState: as, locale: 'pt-BR', timezoneId: 'America/Sao_Paulo' });
    const page = await context.newPage();
    try {
      await page.goto(url(path));
      await settled(page);
      for (const [theme, colorScheme] of [['claro', 'light'], ['escuro', 'dark']] as const) {
        await inTheme(page, colorScheme);
        await picture(context, page, `${name}-${theme}-${size.name}`);
      }
    } finally {
      await context.close();
    }
  }
}

const api = (context: BrowserContext) => context.request;

test.beforeAll(async () => {
  await mkdir(OUT, { recursive: true });
  for (const old of await readdir(OUT)) await rm(join(OUT, old));
});

test('whatsapp: the code to scan', async ({ browser }) => {
  const context = await browser.newContext({ storageState: CLIENTE });
  const answer = await api(context).post(url('/api/v1/whatsapp/instance'), { data: {} });
  const { instance_id } = (await answer.json()) as { instance_id: string };
  const qr = async () => ((await (await api(context).get(url('/api/v1/whatsapp/qrcode'))).json()) as { qr_code_data: string | null }).qr_code_data;
  await expect.poll(qr, { timeout: 20_000 }).not.toBeNull();
  await pictures(browser, '/dashboard/whatsapp', 'whatsapp-codigo', CLIENTE);
  await sim(`${instance_id}/scan`, { phone: '5511999990000', name: 'Empório Girassol' });
  const status = async () => ((await (await api(context).get(url('/api/v1/whatsapp/status'))).json()) as { status: string }).status;
  await expect.poll(status, { timeout: 20_000 }).toBe('CONECTADO');

  for (const [from, name, texts] of PEOPLE) {
    for (const text of texts) await sim(`${instance_id}/in`, { from, name, text });
  }
  const conversas = async () => {
    const list = (await (await api(context).get(url('/api/v1/conversas'))).json()) as { itens: { id: string }[] };
    return list.itens.length;
  };
  await expect.poll(conversas, { timeout: 60_000 }).toBe(PEOPLE.length);
  const answered = async () => {
    const log = (await (await fetch(simUrl(`${instance_id}/log`))).json()) as unknown[];
    return log.length;
  };
  await expect.poll(answered, { timeout: 60_000 }).toBeGreaterThanOrEqual(PEOPLE.length);
  await context.close();
});

for (const { path, as } of ROUTES) {
  const name = path.slice(1).replaceAll('/', '-') || 'inicio';
  test(path, async ({ browser }) => pictures(browser, path, name, as));
}

test('a conversation', async ({ browser }) => {
  const context = await browser.newContext({ storageState: CLIENTE });
  const list = (await (await api(context).get(url('/api/v1/conversas'))).json()) as {
    itens: { id: string; numero_usuario: string }[];
  };
  await context.close();
  for (const [numero, name] of [['5511988880001', 'conversa-ia'], ['5521988880004', 'conversa-aguardando']] as const) {
    const found = list.itens.find((c) => c.numero_usuario === numero);
    if (found) await pictures(browser, `/dashboard/conversas/${found.id}`, name, CLIENTE);
  }
});
