import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTemporaryFolder } from '../../src/execution/temporaryFolder.ts';
import { ProviderServer } from '../fixtures/providerServer.ts';
import {
  findNotification,
  findWebview,
  openWorkbench,
  quickConversion,
  rightClickEditor,
  screenshot,
  screenshotInThemes,
} from './harness.ts';

const answer = (count: string): string => `\`\`\`cpp
#include <cstdint>
#include <unordered_set>
#include <vector>

std::int64_t repeated(const std::vector<std::int64_t>& values) {
    std::unordered_set<std::int64_t> seen;
    std::int64_t count = ${count};
    for (auto value : values) count += !seen.insert(value).second;
    return count;
}

int main() {}
\`\`\`
`;

describe('Attempts and growth in the workbench', function () {
  this.timeout(400_000);
  const model = new ProviderServer();
  before(() => model.start());
  after(() => model.stop());

  it('keeps each attempt to open and to compare, and draws both curves of time over size', async () => {
    model.expect({ text: answer('1') }, { text: answer('0') });
    await using folder = await createTemporaryFolder();
    const source = [
      'def repeated(values: list[int]) -> int:',
      '    return sum(1 for i, value in enumerate(values) if value in values[:i])',
      '',
    ].join('\n');
    await writeFile(join(folder.path, 'repeated.py'), source);
    await mkdir(join(folder.path, '.vscode'));
    await writeFile(
      join(folder.path, '.vscode/settings.json'),
      JSON.stringify({
        ...quickConversion,
        'slipstream.compiler.flags': ['-std=c++20', '-O0'],
        'slipstream.model': 'custom/simulated-coder',
        'slipstream.providers.baseUrls': { custom: model.baseUrl },
        'slipstream.verification.sanitizers': 'never',
        'slipstream.verification.witness': false,
        'slipstream.verification.inputs': 40,
      }),
    );
    const workbench = await openWorkbench({ folder: folder.path, file: 'repeated.py' });
    const { page } = workbench;
    try {
      await rightClickEditor(workbench, 'Convert to C++', 'return sum');
      const panel = await findWebview(workbench, '.verdict:not(.busy)', 90_000);
      const attempts = panel.locator('.attempts li');
      assert.match((await attempts.allInnerTexts()).join('\n'), /Attempt 1 different[\s\S]*Attempt 2 equal/);
      await panel.locator('[data-action="measure-growth"]').focus();
      await page.keyboard.press('Enter');
      const curves = panel.locator('.growth svg');
      await curves.waitFor({ timeout: 90_000 });
      assert.match(await panel.locator('.growth p').innerText(), /the length of values.*another algorithm/);
      assert.equal(await curves.locator('polyline').count(), 2);
      assert.ok((await panel.locator('.growth tbody tr').count()) >= 4);

      // A search that is cancelled keeps the flags that were tried, and says so.
      const findFlags = async (): Promise<void> => {
        await panel.locator('[data-action="find-flags"]').focus();
        await page.keyboard.press('Enter');
      };
      await findFlags();
      await panel.locator('.work', { hasText: /Trying compiler flags: 1 of \d/ }).waitFor({ timeout: 60_000 });
      assert.equal(await panel.locator('.flags tbody tr').count(), 1);
      await panel.locator('.work [data-action="cancel"]').focus();
      await page.keyboard.press('Enter');
      await findNotification(workbench, /Cancelled: \d of \d sets of flags were tried/);
      assert.match(await panel.locator('.flags tbody').innerText(), /g\+\+|clang/);

      // The whole search: what is faster than no optimization at all is kept in the settings of the folder.
      await findFlags();
      await panel.locator('[data-action="use-flags"]').waitFor({ timeout: 200_000 });
      assert.ok((await panel.locator('.flags tbody tr', { hasText: 'equal' }).count()) > 3);
      await panel.locator('[data-action="use-flags"]').focus();
      await page.keyboard.press('Enter');
      await findNotification(workbench, /Kept in the settings: .*-O[23]/);
      assert.match(await readFile(join(folder.path, '.vscode/settings.json'), 'utf8'), /"-O[23]"/);
      await page.setViewportSize({ width: 1440, height: 1900 });
      await panel.locator('.growth').scrollIntoViewIfNeeded();
      await screenshotInThemes(workbench, 'growth-and-flags');
      await page.setViewportSize({ width: 900, height: 900 });
      await panel.locator('.flags').scrollIntoViewIfNeeded();
      await page.waitForTimeout(500);
      await screenshot(workbench, 'flags-narrow');
      await page.setViewportSize({ width: 1440, height: 900 });

      await panel.locator('.attempts [data-attempt="1"]').focus();
      await page.keyboard.press('Enter');
      await page.locator('.tab', { hasText: 'repeated-attempt-1.cpp' }).first().waitFor();
      await panel.locator('.attempts').scrollIntoViewIfNeeded();
      await screenshot(workbench, 'attempts');
      await panel.locator('[data-action="compare-attempts"]').focus();
      await page.keyboard.press('Enter');
      for (const title of ['Attempt on the left', 'Attempt on the right']) {
        await page.locator('.quick-input-widget:visible', { hasText: title }).waitFor();
        await page.keyboard.press('Enter');
      }
      await page.locator('.tab', { hasText: 'Attempt 1 (different) ↔ attempt 2 (equal)' }).waitFor();
      await page.locator('.monaco-diff-editor.side-by-side').waitFor();
      await page.locator('.monaco-diff-editor .char-insert, .monaco-diff-editor .line-insert').first().waitFor();
      await screenshot(workbench, 'attempts-side-by-side');
    } finally {
      await workbench.close();
    }
  });
});
