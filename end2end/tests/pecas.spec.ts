// The pages come in pieces of WASM (docs/adr/0004): the start page needs one, the rest is fetched when it is seen.
import { CLIENTE, expect, hydrated, open, test, url } from './fixtures.ts';

test.use({ storageState: CLIENTE });

const pieces = (page: import('@playwright/test').Page) => {
  const found: string[] = [];
  page.on('request', (r) => {
    const name = /\/([^/]+)\.wasm$/.exec(r.url())?.[1];
    if (name && !found.includes(name)) found.push(name);
  });
  return found;
};

test('the start page fetches one piece, the palette and another page theirs', async ({ page }) => {
  const found = pieces(page);
  await open(page, '/dashboard');
  expect(found).toEqual(['proseia']);

  await page.keyboard.press('Control+k');
  await expect(page.locator('dialog.palette input')).toBeFocused();
  expect(found.some((name) => name.startsWith('split_sobre')), `${found}`).toBe(true);
  await page.keyboard.press('Escape');
  await expect(page.locator('dialog.palette')).toBeHidden();

  await page.locator('.sidebar a[href="/dashboard/config"]').click();
  await expect(page).toHaveURL(url('/dashboard/config'));
  await expect(page.locator('#conteudo form').first()).toBeVisible();
  expect(found.some((name) => name.startsWith('split_ajustes')), `${found}`).toBe(true);
});

test.describe('a piece that does not come at once', () => {
  test.use({ expectedConsole: [/net::ERR_FAILED|Failed to (load|fetch)/] });

  test('is asked for again, and the page goes on', async ({ page }) => {
    let refused = 0;
    await page.route('**/split_conhecimento*.wasm', (route) => (refused++ < 2 ? route.abort('failed') : route.continue()));
    await open(page, '/dashboard');
    await page.locator('.sidebar a[href="/dashboard/conhecimento"]').click();
    await expect(page).toHaveURL(url('/dashboard/conhecimento'));
    await expect(page.locator('html')).not.toHaveAttribute('data-caiu', /.*/);
    expect(refused).toBeGreaterThan(1);
  });
});

test('a page of another piece is hydrated from its address', async ({ page }) => {
  const found = pieces(page);
  await page.goto(url('/dashboard/conversas'));
  await hydrated(page);
  expect(found.some((name) => name.startsWith('split_conversas')), `${found}`).toBe(true);
  expect(found.some((name) => name.startsWith('split_ajustes')), `${found}`).toBe(false);
});
