import type { Reporter, TestCase, TestModule } from 'vitest/node';

/**
 * Ends a test run with one line that counts, and names what was skipped and what passed only at a second try
 * (the browser tests get one: each such name is a race to be found, in the test or in the page).
 * BROADSHEET_MUST_RUN (e.g. "postgres,browser,corpus") makes a skipped test whose file or name holds one of these
 * words a failure: where the neighbour is there by arrangement, a skip hides a fault.
 */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0 };
    const skipped: string[] = [];
    const retried: string[] = [];
    for (const module of modules) {
      if (module.errors().length > 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (test.diagnostic()?.flaky) retried.push(nameOf(module, test));
        if (state === 'passed') count.passed += 1;
        else if (state === 'failed') count.failed += 1;
        else {
          count.skipped += 1;
          skipped.push(nameOf(module, test));
        }
      }
    }
    for (const name of retried) process.stdout.write(`passed at the second try: ${name}\n`);
    for (const name of skipped) process.stdout.write(`skipped: ${name}\n`);
    const mustRun = (process.env.BROADSHEET_MUST_RUN ?? '').split(',').filter(Boolean);
    const hidden = skipped.filter((name) => mustRun.some((word) => name.toLowerCase().includes(word)));
    if (hidden.length > 0) {
      process.stdout.write(`${hidden.length} tests were skipped that must run here (BROADSHEET_MUST_RUN).\n`);
      process.exitCode = 1;
    }
    process.stdout.write(
      `\n${count.passed} passed, ${count.failed + hidden.length} failed, ${count.skipped - hidden.length} skipped\n`,
    );
  }
}

function nameOf(module: TestModule, test: TestCase): string {
  const note = test.result().state === 'skipped' ? (test.result() as { note?: string }).note : undefined;
  return `${module.relativeModuleId} > ${test.fullName}${note ? ` (${note})` : ''}`;
}
