// Every route, both themes, three widths: hydrates, says nothing on the console, fits, does not jump, is large enough for
// a finger, and axe finds nothing.
import { axe, expect, hydrated, inTheme, overflow, screenshot, shifts, smallTargets, test, url, watchShifts } from './fixtures.ts';
import { ROUTES } from './routes.ts';

// No test needs another, and they are half of all: both workers take of them.
test.describe.configure({ mode: 'parallel' });

const THEMES = ['light', 'dark'] as const;
const MAX_SHIFT = 0.1;

for (const { path, as, status = 200, static: isStatic } of ROUTES) {
  const name = `smoke/${path.slice(1).replaceAll('/', '-') || 'inicio'}`;
  const use = {
    storageState: as ?? { cookies: [], origins: [] },
    // The browser itself reports the status of a page that is a 404 on purpose.
    expectedConsole: status === 404 ? [/^Failed to load resource: .* 404/] : [],
  };

  const visit = async (page: import('@playwright/test').Page) => {
    await watchShifts(page);
    const answer = await page.goto(url(path));
    expect(answer?.status()).toBe(status);
    expect(new URL(page.url()).pathname, 'no redirect').toBe(path);
    await expect(page).toHaveTitle(/.+/);
    const wasm = (await page.locator('link[rel=modulepreload]').count()) > 0;
    if (wasm || !isStatic) await hydrated(page);
    const moved = await shifts(page);
    expect.soft(moved.total, `nothing jumps: ${moved.shifts.join('; ')}`).toBeLessThanOrEqual(MAX_SHIFT);
  };
  const look = async (page: import('@playwright/test').Page, width: number) => {
    expect.soft(await overflow(page), `no horizontal scroll at ${width} px`).toBeLessThanOrEqual(0);
    for (const colorScheme of THEMES) {
      // The theme follows the system, so it changes without another load; the elements are the same, the colours are not.
      await inTheme(page, colorScheme);
      await screenshot(page, `${name}-${colorScheme}-${width}`);
      const found = await axe(page, colorScheme === 'light' ? undefined : ['color-contrast']);
      expect.soft(found, `axe at ${width} px, ${colorScheme}`).toEqual([]);
    }
  };

  test.describe('computer', () => {
    test.use({ ...use, viewport: { width: 1920, height: 1080 } });

    test(path, async ({ page }) => {
      await visit(page);
      await look(page, 1920);
      await page.setViewportSize({ width: 768, height: 1024 });
      await look(page, 768);
    });
  });

  test.describe('phone', () => {
    test.use({ ...use, viewport: { width: 375, height: 667 }, hasTouch: true, isMobile: true });

    test(path, async ({ page }) => {
      await visit(page);
      expect(await page.evaluate(() => matchMedia('(pointer: coarse)').matches), 'a finger').toBe(true);
      await look(page, 375);
      expect.soft(await smallTargets(page), 'large enough for a finger').toEqual([]);
    });
  });
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
