// Conectar WhatsApp: pairing by QR code and by number, a lost connection and its return, a server that is away. Each state
// is looked at by axe. The phone is the simulator's control side (`/_sim`).
import type { Page } from '@playwright/test';
import { axe, CLIENTE, expect, hydrated, open, overflow, screenshot, simUrl, smallTargets, test, url } from './fixtures.ts';

test.describe.configure({ mode: 'serial' });
test.use({
  storageState: CLIENTE,
  viewport: { width: 1440, height: 900 },
  // What a server that is away leads to; the page says it in words.
  expectedConsole: [/50[23]/],
});

const PHONE = { phone: '5511999990000', name: 'Loja Demo' };

async function sim(path: string, body: object): Promise<void> {
  const answer = await fetch(simUrl(path), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
}

async function instance(page: Page): Promise<string> {
  const answer = await page.request.get(url('/api/v1/whatsapp/status'));
  return ((await answer.json()) as { instance_id: string }).instance_id;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('heading', { name });

/** A state of the page: there, without a violation, and good to look at. */
async function state(page: Page, name: string): Promise<void> {
  expect.soft(await axe(page), name).toEqual([]);
  await screenshot(page, `whatsapp/${name}`);
}

test('a QR code that renews itself, a code for a number, and connected', async ({ page }) => {
  await page.request.delete(url('/api/v1/whatsapp/instance'));
  await open(page, '/dashboard/whatsapp');
  await page.getByRole('main').getByRole('button', { name: /Conectar WhatsApp|Gerar novo código/ }).click();
  const code = page.getByRole('img', { name: /código qr/i });
  await expect(code).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('timer')).toHaveText(/^0:[0-4]\d$/);
  await state(page, '01-qr');

  await page.getByRole('button', { name: 'Conectar com número' }).click();
  const number = page.getByLabel('Número do WhatsApp da loja');
  await number.fill('123');
  await page.getByRole('button', { name: 'Gerar código' }).click();
  await expect(page.getByText(/Informe o número com DDD/)).toBeVisible();
  await expect(number, 'what was written stays').toHaveValue('123');
  await state(page, '02-numero-errado');
  await number.fill('(11) 99999-0000');
  await page.getByRole('button', { name: 'Gerar código' }).click();
  await expect(page.locator('.pair-code')).toHaveText(/^[A-Z0-9]{8}$/, { timeout: 20_000 });
  await state(page, '03-codigo-de-numero');

  await page.setViewportSize({ width: 375, height: 667 });
  expect(await overflow(page)).toBeLessThanOrEqual(0);
  await state(page, '04-codigo-de-numero-375');
  await page.setViewportSize({ width: 1440, height: 900 });

  await sim(`${await instance(page)}/scan`, PHONE);
  await expect(heading(page, 'Conectado')).toBeVisible();
  await expect(page.getByText('+55 11 99999-0000', { exact: true })).toBeVisible();
  await expect(heading(page, 'Segurança do número')).toBeVisible();
  await state(page, '05-conectado');
});

test('a drop that comes back by itself', async ({ page }) => {
  await open(page, '/dashboard/whatsapp');
  await expect(heading(page, 'Conectado')).toBeVisible();
  const name = await instance(page);
  await sim(`${name}/session`, { state: 'connecting' });
  await page.reload();
  await hydrated(page);
  await expect(heading(page, 'Reconectando')).toBeVisible();
  await expect(page.getByRole('img', { name: /código qr/i }), 'nobody has to scan').toBeHidden();
  await state(page, '06-reconectando');
  await sim(`${name}/session`, { state: 'open' });
  await page.reload();
  await hydrated(page);
  await expect(heading(page, 'Conectado')).toBeVisible();
});

test('removed on the phone, connected again, and the conversations are still there', async ({ page }) => {
  const conversas = async () =>
    ((await (await page.request.get(url('/api/v1/conversas'))).json()) as { itens: unknown[] }).itens.length;
  const before = await conversas();
  await open(page, '/dashboard/whatsapp');
  await sim(`${await instance(page)}/drop`, { statusCode: 401 });
  await expect(heading(page, 'Conexão removida no celular'), 'without a reload').toBeVisible();
  await expect(page.getByText('Suas conversas, contatos e configurações continuam aqui')).toBeVisible();
  await expect(page.getByRole('list').getByText('A conexão caiu').first()).toBeVisible();
  await state(page, '07-removida');

  await page.getByRole('button', { name: 'Gerar novo código' }).click();
  await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
  await sim(`${await instance(page)}/scan`, PHONE);
  await expect(heading(page, 'Conectado')).toBeVisible();
  expect(await conversas()).toBe(before);
});

test('banned: the assistant rests, and the owner may end that', async ({ page }) => {
  await open(page, '/dashboard/whatsapp');
  await sim(`${await instance(page)}/drop`, { statusCode: 403 });
  await expect(heading(page, 'O WhatsApp bloqueou este número')).toBeVisible();
  await expect(page.getByText('Respostas automáticas em pausa')).toBeVisible();
  await state(page, '08-bloqueado');
  await page.getByRole('button', { name: 'Retomar agora' }).click();
  await expect(page.getByText('Respostas automáticas em pausa')).toBeHidden();
});

test('the server of WhatsApp is away', async ({ page }) => {
  await open(page, '/dashboard/whatsapp');
  await sim('outage', { on: true });
  try {
    await page.getByRole('button', { name: 'Gerar novo código' }).click();
    await expect(heading(page, 'O servidor do WhatsApp não respondeu')).toBeVisible({ timeout: 20_000 });
    await state(page, '09-servidor-fora');
  } finally {
    await sim('outage', { on: false });
  }
  await page.getByRole('button', { name: 'Gerar novo código' }).click();
  await expect(page.getByRole('img', { name: /código qr/i })).toBeVisible({ timeout: 20_000 });
  await sim(`${await instance(page)}/scan`, PHONE);
  await expect(heading(page, 'Conectado')).toBeVisible();
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true });

  test('disconnecting asks first; the code is large', async ({ page }) => {
    await open(page, '/dashboard/whatsapp');
    expect(await smallTargets(page)).toEqual([]);
    await page.getByRole('button', { name: 'Desconectar' }).click();
    const dialog = page.getByRole('dialog');
    await expect(dialog.getByText(/As conversas continuam aqui/)).toBeVisible();
    await state(page, '10-desconectar-375');
    await dialog.getByRole('button', { name: 'Desconectar' }).click();
    await expect(heading(page, 'Desconectado')).toBeVisible();
    await page.getByRole('button', { name: 'Gerar novo código' }).click();
    const code = page.getByRole('img', { name: /código qr/i });
    await expect(code).toBeVisible({ timeout: 20_000 });
    expect((await code.boundingBox())?.width, 'large').toBeGreaterThanOrEqual(260);
    // On a phone a note stands over the head of the page for five seconds.
    await expect(page.locator('.toast')).toHaveCount(0);
    expect(await smallTargets(page)).toEqual([]);
    await state(page, '11-qr-375');
    await sim(`${await instance(page)}/scan`, PHONE);
    await expect(heading(page, 'Conectado')).toBeVisible();
  });
});
