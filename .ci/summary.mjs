// Adds up what the tests and the checks left in a folder, and prints the one line that CI reads.
import { readFileSync } from "node:fs";
import { join } from "node:path";

const [folder, testsStatus, checksStatus] = process.argv.slice(2);

/** The counts in a file, or one failure where the step ended before it could write it. */
function read(file, status, countsOf) {
  let counts;
  try {
    counts = countsOf(JSON.parse(readFileSync(join(folder, file), "utf8")));
  } catch (error) {
    console.error(`${file}: ${error.message}`);
    counts = { passed: 0, failed: 1 };
  }
  // A step may fail beside its counts, as when the set-up of the tests does.
  return status !== "0" && counts.failed === 0 ? { passed: counts.passed, failed: 1 } : counts;
}

const tests = read("tests.json", testsStatus, (report) => ({
  passed: report.numPassedTests,
  failed:
    report.numFailedTests +
    report.testResults.filter((file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed")).length,
}));
const checks = read("checks.json", checksStatus, (report) => report);
const failed = tests.failed + checks.failed;
console.log(`${tests.passed + checks.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
