import base from './playwright.config.ts';

// `bin/screenshots`: the pictures of docs/screenshots, from a fresh server with conversations of a day. Not a test.
export default { ...base, workers: 1, testDir: 'screenshots', outputDir: 'results/screenshots', reporter: [['line']] } satisfies typeof base;
