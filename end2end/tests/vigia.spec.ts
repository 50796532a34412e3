// What the page says when it is not well itself: no network, a crash of the WASM.
import { axe, CLIENTE, expect, open, screenshot, test, url } from './fixtures.ts';

test.describe('without a network', () => {
  test.use({ storageState: CLIENTE, expectedConsole: [/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/] });

  test('a bar says so until it is back', async ({ page, context }) => {
    await open(page, '/dashboard/perfil');
    const bar = page.getByText(/^Sem internet/);
    await context.setOffline(true);
    await expect(bar).toBeVisible();
    await expect(page.getByText(/^Reconectando…/), 'one bar says it').toBeHidden();
    expect(await axe(page)).toEqual([]);
    await screenshot(page, 'sem-internet');
    await context.setOffline(false);
    await expect(bar).toBeHidden();
  });
});

test.describe('a crash', () => {
  test.use({ expectedConsole: [/panicked at|unreachable/] });

  test('offers to reload and reports itself, once', async ({ page }) => {
    await open(page, '/dev/kit');
    const reports: string[] = [];
    page.on('request', (request) => {
      if (request.url() === url('/api/v1/relatos')) reports.push(request.postData() ?? '');
    });
    const answered = page.waitForResponse(url('/api/v1/relatos'));
    await page.getByRole('button', { name: 'Parar esta página' }).click();
    const bar = page.getByRole('alert').filter({ hasText: 'Esta página parou' });
    await expect(bar).toBeVisible();
    expect((await answered).status()).toBe(204);
    expect(reports).toHaveLength(1);
    const report = JSON.parse(reports[0] ?? '') as { mensagem: string; rota: string; versao: string };
    expect(report.mensagem).toContain('a crash on purpose');
    expect(report).toMatchObject({ rota: '/dev/kit' });
    expect(report.versao).toMatch(/^\d+\.\d+\.\d+ [0-9a-f]{16}$/);
    await screenshot(page, 'pagina-parou');
    await bar.getByRole('button', { name: 'Recarregar' }).click();
    await expect(page.locator('html')).toHaveAttribute('data-hydrated', /.*/, { timeout: 20_000 });
    await expect(bar).toBeHidden();
  });
});
