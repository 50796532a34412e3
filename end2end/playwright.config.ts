import { defineConfig } from '@playwright/test';

// Two workers, each with a server of its own, for two cores. No retries: a flake is a bug.
export default defineConfig({
  testDir: 'tests',
  outputDir: 'results/artifacts',
  globalSetup: './global-setup.ts',
  workers: 2,
  retries: 0,
  fullyParallel: false,
  forbidOnly: !!process.env.CI,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['line'], ['json', { outputFile: 'results/report.json' }]],
  use: {
    browserName: 'chromium',
    locale: 'pt-BR',
    timezoneId: 'America/Sao_Paulo',
    // Colours are measured by axe, and a colour in the middle of a transition is nobody's choice.
    contextOptions: { reducedMotion: 'reduce' },
    actionTimeout: 10_000,
    navigationTimeout: 20_000,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      // Debian's, because Playwright's own cannot be downloaded everywhere.
      executablePath: process.env.PROSEIA_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
