/** mocha's own report for people, and the counts for `npm test`. */
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once('end', () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passed: passes, failed: failures, skipped: pending };
      if (process.env.SLIPSTREAM_COUNTS) writeFileSync(process.env.SLIPSTREAM_COUNTS, JSON.stringify(counts));
    });
  }
};
