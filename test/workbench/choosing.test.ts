import assert from 'node:assert/strict';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HubServer } from '../fixtures/hubServer.ts';
import { ProviderServer } from '../fixtures/providerServer.ts';
import { safetensorsFile } from '../fixtures/weightHeaders.ts';
import { findWebview, openWorkbench, runCommand, screenshot, screenshotInThemes, type Workbench } from './harness.ts';

const config = {
  model_type: 'qwen2',
  num_hidden_layers: 24,
  hidden_size: 896,
  intermediate_size: 4864,
  num_attention_heads: 14,
  num_key_value_heads: 2,
  vocab_size: 151_936,
  max_position_embeddings: 32_768,
};

describe('Choosing a model in the workbench', function () {
  this.timeout(240_000);
  const hub = new HubServer();
  const openai = new ProviderServer();
  const huggingface = new ProviderServer();
  let folder: string;
  let workbench: Workbench;

  before(async () => {
    await openai.start();
    await huggingface.start();
    const endpoint = await hub.start();
    hub.add('Maker/Coder-0.5B', {
      'config.json': JSON.stringify(config),
      'README.md': 'Pretrained on 5.5 trillion tokens of code.',
      'model.safetensors': safetensorsFile([1000, 494]),
    });
    openai.models = { data: [{ id: 'gpt-4.1' }, { id: 'test-model' }] };
    huggingface.models = { data: [{ id: 'Maker/Coder-0.5B', providers: [{ context_length: 32_768 }] }] };
    folder = await mkdtemp(join(await realpath(tmpdir()), 'slipstream-choosing-'));
    await writeFile(join(folder, 'total.py'), 'print("total", sum(range(10)))\n');
    await mkdir(join(folder, '.vscode'));
    const absent = [
      'anthropic',
      'google',
      'groq',
      'openrouter',
      'deepseek',
      'ollama',
      'lmstudio',
      'llamacpp',
      'vllm',
      'tgi',
    ];
    const nobody = Object.fromEntries(absent.map((id, index) => [id, `http://127.0.0.1:9/v${index}`]));
    await writeFile(
      join(folder, '.vscode/settings.json'),
      JSON.stringify({
        'slipstream.huggingface.hubUrl': endpoint,
        'slipstream.providers.baseUrls': { ...nobody, openai: openai.baseUrl, huggingface: huggingface.baseUrl },
      }),
    );
    workbench = await openWorkbench({
      folder,
      file: 'total.py',
      environment: {
        OPENAI_API_KEY: 'sk-test',
        HF_TOKEN: 'hf_test',
        ANTHROPIC_API_KEY: undefined,
        GROQ_API_KEY: undefined,
      },
    });
  });

  after(async () => {
    await workbench.close();
    await Promise.all([hub.stop(), openai.stop(), huggingface.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  const rows = () => workbench.page.locator('.quick-input-list .monaco-list-row');

  it('lists the models of all providers with what matters, searchable, and puts the chosen one in the status bar', async () => {
    await runCommand(workbench, 'Slipstream: Choose Model');
    await rows().filter({ hasText: 'gpt-4.1' }).first().waitFor();
    await rows().filter({ hasText: 'Ollama' }).filter({ hasText: 'does not run' }).first().waitFor();
    await screenshot(workbench, 'choose-model');
    const { keyboard } = workbench.page;
    await keyboard.type('apache');
    const coder = rows().filter({ hasText: 'Maker/Coder-0.5B' }).first();
    await coder.waitFor();
    const text = await coder.innerText();
    for (const fact of [/494 M parameters/, /32,768 tokens/, /apache-2\.0/, /released 2025-09-12/])
      assert.match(text, fact);
    assert.equal(await rows().filter({ hasText: 'gpt-4.1' }).count(), 0);
    await keyboard.press('Enter');
    await workbench.page.locator('.statusbar-item', { hasText: 'Maker/Coder-0.5B' }).waitFor();
  });

  it('shows the card of a model: facts, layers, memory for a context, training', async () => {
    await runCommand(workbench, 'Slipstream: Choose Model');
    const coder = rows().filter({ hasText: 'Maker/Coder-0.5B' }).first();
    await coder.hover();
    await coder.getByRole('button', { name: 'Show its model card' }).click();
    const page = await findWebview(workbench, 'table tbody tr');
    assert.deepEqual(await page.locator('tbody th').allInnerTexts(), ['FP32', 'BF16', 'INT8', 'INT4']);
    const cache = async () => page.locator('tbody td:nth-child(3)').first().innerText();
    const before = await cache();
    await page.locator('input[type="number"]').fill('1024');
    await page.locator('input[type="number"]').press('Enter');
    await page.waitForFunction((old) => document.querySelector('tbody td:nth-child(3)')?.textContent !== old, before);
    // Two numbers a token, layer and head: keys and values of 2 x 64 in 24 layers, at two bytes each.
    assert.equal(await cache(), '12.6 MB');
    assert.match(await page.locator('section').last().innerText(), /5,500 billion tokens/);
    assert.match((await page.locator('svg').getAttribute('aria-label')) ?? '', /24 layers/);
    await screenshotInThemes(workbench, 'model-card');
  });
});
