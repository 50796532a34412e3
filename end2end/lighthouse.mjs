// Prints Lighthouse's four scores of pages of a running server, and what costs points. Takes about 20 s a page, so it is no
// part of bin/test. Measure a release build: a debug one is slow for reasons that no visitor meets.
//
//   node end2end/lighthouse.mjs http://127.0.0.1:3000/ http://127.0.0.1:3000/precos
//   node end2end/lighthouse.mjs --login demo@proseia.local:proseia-demo http://127.0.0.1:3000/dashboard
//   options: --desktop (else a phone on slow 4G), --min 90 (fails below it)
import * as launcher from 'chrome-launcher';
import lighthouse, { desktopConfig } from 'lighthouse';

const args = process.argv.slice(2);
const option = (name) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args.splice(at, 2)[1];
};
const flag = (name) => {
  const at = args.indexOf(name);
  return at >= 0 && args.splice(at, 1).length > 0;
};
const login = option('--login');
const min = Number(option('--min') ?? 0);
const desktop = flag('--desktop');
if (args.length === 0) throw new Error('which pages? node end2end/lighthouse.mjs URL...');

const extraHeaders = {};
if (login) {
  const [email, senha] = login.split(':');
  const answer = await fetch(new URL('/api/v1/auth/login', args[0]), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, senha }),
  });
  if (!answer.ok) throw new Error(`login: ${answer.status} ${await answer.text()}`);
  extraHeaders.Cookie = answer.headers.getSetCookie().map((c) => c.split(';')[0]).join('; ');
}

const chrome = await launcher.launch({
  chromePath: process.env.PROSEIA_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  chromeFlags: ['--headless=new', '--no-sandbox', '--disable-gpu', '--accept-lang=pt-BR'],
});
let low = false;
try {
  for (const url of args) {
    const flags = { port: chrome.port, output: 'json', logLevel: 'error', extraHeaders, onlyCategories: ['performance', 'accessibility', 'best-practices', 'seo'] };
    const { lhr } = await lighthouse(url, flags, desktop ? desktopConfig : undefined);
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    const scores = Object.values(lhr.categories).map((c) => `${c.title} ${Math.round((c.score ?? 0) * 100)}`);
    console.log(`${lhr.finalDisplayedUrl} (${desktop ? 'desktop' : 'phone'})\n  ${scores.join(', ')}`);
    const value = (id) => lhr.audits[id]?.displayValue;
    console.log(`  FCP ${value('first-contentful-paint')}, LCP ${value('largest-contentful-paint')}, TBT ${value('total-blocking-time')}, CLS ${value('cumulative-layout-shift')}`);
    for (const category of Object.values(lhr.categories)) {
      low ||= (category.score ?? 0) * 100 < min;
      for (const { id, weight } of category.auditRefs) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 1) {
          console.log(`    ${category.title} -${((1 - audit.score) * weight).toFixed(1)} ${id}: ${audit.title} ${audit.displayValue ?? ''}`);
        }
      }
    }
  }
} finally {
  await chrome.kill();
}
process.exitCode = low ? 1 : 0;
