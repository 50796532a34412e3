// The page of every test: it fails the test on what a person would not see but a developer must know.
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { RESULTS } from '../server.ts';

export { expect };

export const CLIENTE = join(RESULTS, 'cliente.json');
export const ADMIN = join(RESULTS, 'admin.json');

export const url = (path: string) => `${process.env.PROSEIA_URL}${path}`;

interface Fixtures {
  /** Console messages that this test knows of; the first test to use it says why. */
  expectedConsole: RegExp[];
  /** Watches the page. Not called by tests. */
  watch: void;
}

export const test = base.extend<Fixtures>({
  expectedConsole: [[], { option: true }],
  watch: [
    async ({ page, expectedConsole }, use) => {
      const problems: string[] = [];
      page.on('console', (message) => {
        const text = message.text();
        const bad = message.type() === 'error' || (message.type() === 'warning' && /hydrat|mismatch|leptos|tachys/i.test(text));
        if (bad && !expectedConsole.some((known) => known.test(text))) {
          problems.push(`console ${message.type()} at ${page.url()}: ${text}`);
        }
      });
      page.on('pageerror', (error) => problems.push(`page error at ${page.url()}: ${error.message}`));
      page.on('response', (response) => {
        if (response.status() >= 500) problems.push(`${response.status()} from ${response.url()}`);
      });
      page.on('requestfailed', (failed) => {
        // A navigation ends the event stream and what is still loading; that is no failure.
        const why = failed.failure()?.errorText;
        const known = expectedConsole.some((pattern) => pattern.test(why ?? ''));
        if (why !== 'net::ERR_ABORTED' && !known) problems.push(`${why} for ${failed.url()}`);
      });
      await use();
      expect(problems, 'problems behind the page').toEqual([]);
    },
    { auto: true },
  ],
});

/** The app sets the attribute in an effect, which runs in the browser only, after hydration. */
export async function hydrated(page: Page): Promise<void> {
  await expect(page.locator('html')).toHaveAttribute('data-hydrated', /.*/, { timeout: 20_000 });
}

export async function open(page: Page, path: string): Promise<void> {
  await page.goto(url(path));
  await hydrated(page);
}

/** For the eye; nothing compares them. */
export async function screenshot(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(RESULTS, 'screens', `${name}.png`), fullPage });
}
