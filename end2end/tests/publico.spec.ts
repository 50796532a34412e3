// The public pages as a visitor meets them: light, without WASM, and leading somewhere.
import { expect, test, url } from './fixtures.ts';

/** What the landing may weigh on the wire, images left out. */
const BUDGET = 60_000;

test('the landing is light and loads no WASM', async ({ page }) => {
  const client = await page.context().newCDPSession(page);
  await client.send('Network.enable');
  const kinds = new Map<string, { url: string; type: string }>();
  const sizes: { url: string; type: string; bytes: number }[] = [];
  client.on('Network.responseReceived', ({ requestId, response, type }) => kinds.set(requestId, { url: response.url, type }));
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const what = kinds.get(requestId);
    if (what) sizes.push({ ...what, bytes: encodedDataLength });
  });
  await page.goto(url('/'), { waitUntil: 'networkidle' });
  expect(sizes.filter(({ url }) => url.includes('.wasm') || url.includes('/pkg/'))).toEqual([]);
  const counted = sizes.filter(({ type, url }) => type !== 'Image' && !/\/(telas|icones)\//.test(url));
  const total = counted.reduce((sum, { bytes }) => sum + bytes, 0);
  const list = counted.map(({ url, bytes }) => `${bytes} ${new URL(url).pathname}`).join('\n');
  console.log(`landing: ${total} bytes without images\n${list}`);
  expect(counted.length, 'page, style sheet and font at least').toBeGreaterThanOrEqual(3);
  expect(total, list).toBeLessThanOrEqual(BUDGET);
});

test.describe('without JavaScript', () => {
  test.use({ javaScriptEnabled: false, expectedConsole: [/^csp$/] });

  test('from the landing to prices, to the checkout, and back to another plan', async ({ page }) => {
    await page.goto(url('/'));
    await page.getByRole('navigation', { name: 'Principal' }).getByRole('link', { name: 'Planos' }).click();
    await expect(page).toHaveURL((u) => u.pathname === '/precos');
    const loja = page.getByRole('article').filter({ hasText: 'Loja' });
    await expect(loja.getByText('289', { exact: true })).toBeVisible();
    await page.getByText('Anual, 2 meses grátis').click();
    await expect(loja.getByText('2.890', { exact: true })).toBeVisible();
    await expect(loja.getByText('289', { exact: true })).toBeHidden();
    await loja.getByRole('link', { name: 'Assinar Loja' }).click();
    await expect(page).toHaveURL((u) => u.pathname === '/checkout' && u.search === '?plano=loja&ciclo=ano');
    await expect(page.getByRole('heading', { name: 'Assinar o Proseia' })).toBeVisible();
    const summary = page.getByRole('complementary', { name: 'Resumo' });
    await expect(page.getByRole('radio', { name: /^Loja/ })).toBeChecked();
    await expect(summary.getByText('2.890 por ano')).toBeVisible();
    await page.locator('label').filter({ hasText: 'Balcão' }).click();
    await page.locator('label').filter({ hasText: 'Mensal' }).click();
    await expect(summary.getByText('149 por mês')).toBeVisible();
    await expect(summary.getByText('2.890 por ano')).toBeHidden();
  });

  test('questions open, the documents are there, and the language stays chosen', async ({ page }) => {
    await page.goto(url('/faq'));
    await page.getByText('Meu número pode ser bloqueado?').click();
    await expect(page.getByText('nenhuma pode garantir o contrário')).toBeVisible();
    await page.getByRole('link', { name: 'Política de privacidade' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Política de privacidade' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'pt-BR');
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page).toHaveURL((u) => u.pathname === '/privacidade');
    await expect(page.getByRole('heading', { level: 1, name: 'Privacy policy' })).toBeVisible();
    await page.getByRole('link', { name: 'Terms of use' }).first().click();
    await expect(page.getByRole('heading', { level: 1, name: 'Terms of use' })).toBeVisible();
    await page.goto(url('/login'));
    await expect(page.getByRole('heading', { name: 'Sign in to your account' })).toBeVisible();
    await page.getByRole('button', { name: 'Português' }).click();
    await expect(page.getByRole('heading', { name: 'Entrar na sua conta' })).toBeVisible();
  });
});

test.describe('in an English browser', () => {
  test.use({ locale: 'en-US' });

  test('the login is English before and after hydration, and its links leave the app', async ({ page }) => {
    await page.goto(url('/login'));
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', /.*/, { timeout: 20_000 });
    await expect(page.getByRole('heading', { name: 'Sign in to your account' })).toBeVisible();
    await page.getByRole('link', { name: 'See plans' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Plans and prices' })).toBeVisible();
    expect(await page.locator('link[rel=modulepreload]').count(), 'a page of its own, without WASM').toBe(0);
  });
});

test('the app can be installed', async ({ page, request }) => {
  await page.goto(url('/login'));
  const href = await page.locator('link[rel=manifest]').getAttribute('href');
  const manifest = await (await request.get(url(href ?? ''))).json();
  expect(manifest.start_url).toBe('/dashboard');
  for (const { src, type } of manifest.icons) {
    const icon = await request.get(url(src));
    expect(icon.ok() && icon.headers()['content-type'], src).toBe(type);
  }
  const client = await page.context().newCDPSession(page);
  const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
  // A test's browser is incognito, where nothing can be installed.
  expect(installabilityErrors.map((e) => e.errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
});
