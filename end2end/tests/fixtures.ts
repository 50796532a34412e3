// The page of every test: it fails the test on what a person would not see but a developer must know.
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { test as base, expect, type Page } from '@playwright/test';
import { RESULTS } from '../server.ts';

export { expect };

// Each worker has a server to itself (global-setup.ts). The first loading of a spec, which only lists its tests, has none.
const WORKER = process.env.TEST_PARALLEL_INDEX ?? '0';

/** Logins of the demo users, for `storageState`. */
export const CLIENTE = join(RESULTS, `cliente-${WORKER}.json`);
export const ADMIN = join(RESULTS, `admin-${WORKER}.json`);

export const url = (path: string) => `${process.env[`PROSEIA_URL_${WORKER}`]}${path}`;

/** The control side of this worker's Evolution simulator. */
export const simUrl = (path: string) => `${process.env[`PROSEIA_EVOLUTION_URL_${WORKER}`]}/_sim/${path}`;

interface Fixtures {
  /** Problems that this test knows of; the first test to use it says why. */
  expectedConsole: RegExp[];
  /** Watches the page. Not called by tests. */
  watch: void;
}

export const test = base.extend<Fixtures>({
  expectedConsole: [[], { option: true }],
  watch: [
    async ({ page, expectedConsole }, use) => {
      const problems: string[] = [];
      const note = (problem: string) => {
        if (!expectedConsole.some((known) => known.test(problem))) problems.push(problem);
      };
      page.on('console', (message) => {
        const text = message.text();
        const bad = message.type() === 'error' || (message.type() === 'warning' && /hydrat|mismatch|leptos|tachys/i.test(text));
        if (bad && !expectedConsole.some((known) => known.test(text))) note(`console ${message.type()} at ${page.url()}: ${text}`);
      });
      page.on('pageerror', (error) => note(`page error at ${page.url()}: ${error.message}`));
      page.on('response', (response) => {
        if (response.status() >= 500) note(`${response.status()} from ${response.url()}`);
      });
      page.on('requestfailed', (failed) => {
        // A navigation ends the event stream and what is still loading; that is no failure.
        const why = failed.failure()?.errorText;
        const known = expectedConsole.some((pattern) => pattern.test(why ?? ''));
        if (why !== 'net::ERR_ABORTED' && !known) note(`${why} for ${failed.url()}`);
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

/** The theme that the system asks for. Colours change by transitions, however short: back when they have settled. */
export async function inTheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  // Asked again and again from here: an animation's own promise may never settle when its element goes away meanwhile.
  await expect
    .poll(() => page.evaluate(() => document.getAnimations().filter((a) => a instanceof CSSTransition && a.playState === 'running').length))
    .toBe(0);
}

/** What axe finds, of any weight. `rules` asks for these only. */
export async function axe(page: Page, rules?: string[]): Promise<string[]> {
  const builder = new AxeBuilder({ page });
  const { violations } = await (rules ? builder.withRules(rules) : builder).analyze();
  return violations.map((v) => `${v.id} (${v.impact}): ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 160)).join(' | ')}`);
}

/** How far the page reaches beyond its right edge, in pixels. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** To be called before the page is opened: adds up what moves without anybody having touched it. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts: string[] = [];
    let total = 0;
    interface Shift extends PerformanceEntry {
      value: number;
      hadRecentInput: boolean;
      sources: { node?: Node | null }[];
    }
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries() as Shift[]) {
        if (shift.hadRecentInput) continue;
        total += shift.value;
        const who = shift.sources.map(({ node }) => (node instanceof Element ? `${node.tagName}.${node.className}` : (node?.nodeName ?? '?')));
        shifts.push(`${shift.value.toFixed(3)} ${who.join(', ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
    Object.assign(window, { layoutShifts: () => ({ total, shifts }) });
  });
}

/** Cumulative layout shift since the page was opened, and what moved. */
export const shifts = (page: Page): Promise<{ total: number; shifts: string[] }> =>
  page.evaluate(() => (window as unknown as { layoutShifts: () => { total: number; shifts: string[] } }).layoutShifts());

/**
 * What a finger could miss: less than 44 px wide or high, the invisible rim around it included. A link inside a sentence
 * may be as high as its line (WCAG 2.5.8).
 */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const REACH = 21.5;
    const interactive = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=menuitem], [role=tab]';
    const found: string[] = [];
    for (const el of document.querySelectorAll<HTMLElement>(interactive)) {
      if (!el.checkVisibility({ visibilityProperty: true }) || el.closest('[inert], .skip-link')) continue;
      if (el.matches(':disabled, .visually-hidden')) continue;
      const target = el.matches('input') ? (el.closest('label, .dropzone') ?? el) : el;
      const inText = getComputedStyle(el).display === 'inline' && el.parentElement?.textContent?.trim() !== el.textContent?.trim();
      if (inText) continue;
      target.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const { left, top, width, height } = target.getBoundingClientRect();
      if (width === 0 || height === 0) continue;
      const [x, y] = [left + width / 2, top + height / 2];
      const reaches = (px: number, py: number) => {
        if (px < 0 || py < 0 || px >= innerWidth || py >= innerHeight) return true;
        const hit = document.elementFromPoint(px, py);
        return hit !== null && (target.contains(hit) || hit.contains(el) && hit === el.closest('label'));
      };
      const wide = width >= 43.5 || (reaches(x - REACH, y) && reaches(x + REACH, y));
      const high = height >= 43.5 || (reaches(x, y - REACH) && reaches(x, y + REACH));
      if (!wide || !high) {
        found.push(`${width.toFixed(0)}x${height.toFixed(0)} ${target.outerHTML.slice(0, 140)}`);
      }
    }
    scrollTo(0, 0);
    return found;
  });
