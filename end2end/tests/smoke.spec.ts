// Every route, both themes, three widths: hydrates, says nothing on the console, fits, and axe finds nothing serious.
import { AxeBuilder } from '@axe-core/playwright';
import { ADMIN, CLIENTE, expect, hydrated, screenshot, test, url } from './fixtures.ts';

interface Route {
  path: string;
  as?: string;
  status?: number;
  /** A page without WASM has nothing to hydrate. */
  static?: true;
}

const ROUTES: Route[] = [
  { path: '/', static: true },
  { path: '/precos', static: true },
  { path: '/faq', static: true },
  { path: '/termos', static: true },
  { path: '/privacidade', static: true },
  { path: '/checkout', static: true },
  { path: '/login' },
  { path: '/dashboard', as: CLIENTE },
  { path: '/dashboard/perfil', as: CLIENTE },
  { path: '/dashboard/encerrada', as: CLIENTE },
  { path: '/dashboard/conhecimento', as: CLIENTE },
  { path: '/dashboard/whatsapp', as: CLIENTE },
  { path: '/dashboard/conversas', as: CLIENTE },
  { path: '/dashboard/config', as: CLIENTE },
  { path: '/dashboard/tutoriais', as: CLIENTE },
  { path: '/dashboard/suporte', as: CLIENTE },
  { path: '/admin/login' },
  { path: '/admin/dashboard', as: ADMIN },
  { path: '/nao-existe', status: 404 },
];

const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 768, height: 1024 },
  { width: 390, height: 844 },
];

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { path, as, status = 200, static: isStatic } of ROUTES) {
    test.describe(() => {
      test.use({
        colorScheme,
        storageState: as ?? { cookies: [], origins: [] },
        // The browser itself reports the status of a page that is a 404 on purpose.
        expectedConsole: status === 404 ? [/^Failed to load resource: .* 404/] : [],
      });

      test(`${path} ${colorScheme}`, async ({ page }) => {
        const answer = await page.goto(url(path));
        expect(answer?.status()).toBe(status);
        expect(new URL(page.url()).pathname, 'no redirect').toBe(path);
        await expect(page).toHaveTitle(/.+/);
        const wasm = (await page.locator('link[rel=modulepreload]').count()) > 0;
        if (wasm || !isStatic) await hydrated(page);

        for (const size of WIDTHS) {
          await test.step(`${size.width} px`, async () => {
            await page.setViewportSize(size);
            const name = `smoke/${path.slice(1).replaceAll('/', '-') || 'inicio'}-${colorScheme}-${size.width}`;
            await screenshot(page, name);

            const { scrollWidth, clientWidth } = await page.evaluate(() => ({
              scrollWidth: document.documentElement.scrollWidth,
              clientWidth: document.documentElement.clientWidth,
            }));
            expect.soft(scrollWidth, `no horizontal scroll at ${size.width} px`).toBeLessThanOrEqual(clientWidth);

            const { violations } = await new AxeBuilder({ page }).analyze();
            const grave = violations
              .filter((v) => v.impact === 'serious' || v.impact === 'critical')
              .map((v) => `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
            expect.soft(grave, `axe at ${size.width} px`).toEqual([]);
          });
        }
      });
    });
  }
}

test.describe('without a login', () => {
  for (const [path, login] of [
    ['/dashboard/conversas', '/login'],
    ['/admin/dashboard', '/admin/login'],
  ] as const) {
    test(`${path} leads to ${login}`, async ({ page }) => {
      await page.goto(url(path));
      await expect(page).toHaveURL((u) => u.pathname === login);
    });
  }
});
