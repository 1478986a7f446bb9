import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Evidence } from '../../../src/shared/evidence.ts';

const quick = { 'benchmark.runs': 3, 'benchmark.minimumSeconds': 0, 'benchmark.timeBudgetSeconds': 60 };
const cpp = '#include <cstdio>\nint main() { std::printf("%d\\n", 2 + 3); }\n';

/** Runs the command as a person would, and waits for its end. */
async function convert(argument?: unknown): Promise<Evidence> {
  const evidence = await vscode.commands.executeCommand<Evidence | undefined>('slipstream.convert', argument);
  assert.ok(evidence, 'there is a record');
  return evidence;
}

/** Waits until something holds. */
async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

describe('Convert to C++ within the editor', () => {
  before(async () => {
    const settings = vscode.workspace.getConfiguration('slipstream');
    for (const [name, value] of Object.entries(quick)) {
      await settings.update(name, value, vscode.ConfigurationTarget.Global);
    }
  });

  afterEach(async () => {
    await vscode.workspace.getConfiguration('slipstream').update('model', undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('takes text that was never saved, with what is not ASCII in it', async () => {
    const content = 'größe = [3, 1, 2]\nprint("大小", sorted(größe), "🙂")\n';
    const document = await vscode.workspace.openTextDocument({ language: 'python', content });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(0, 0, 2, 0);
    const evidence = await convert();
    assert.equal(evidence.failure, undefined);
    assert.equal(evidence.verification?.outcome, 'equal');
    assert.equal(document.getText(), content);
  });

  it('takes unsaved changes rather than the file', async () => {
    const [file] = await vscode.workspace.findFiles('sieve.py');
    assert.ok(file);
    const document = await vscode.workspace.openTextDocument(file);
    const editor = await vscode.window.showTextDocument(document);
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    await editor.edit((edit) => edit.replace(all, 'print("only in the buffer")\n'));
    const evidence = await convert();
    assert.ok(document.isDirty);
    assert.equal(evidence.unit.source.trim(), 'print("only in the buffer")');
    assert.equal(evidence.verification?.outcome, 'equal');
    await vscode.commands.executeCommand('workbench.action.files.revert');
  });

  it('takes a cell of a notebook', async () => {
    const cell = new vscode.NotebookCellData(
      vscode.NotebookCellKind.Code,
      'print(sum(i * i for i in range(100)))',
      'python',
    );
    const notebook = await vscode.workspace.openNotebookDocument('jupyter-notebook', new vscode.NotebookData([cell]));
    await vscode.window.showNotebookDocument(notebook);
    const evidence = await convert(notebook.cellAt(0));
    assert.equal(evidence.unit.kind, 'cell');
    assert.equal(evidence.verification?.outcome, 'equal');
  });

  for (const layout of [
    { name: 'two groups side by side', open: 'workbench.action.splitEditorRight' },
    { name: 'three groups', open: 'workbench.action.editorLayoutThreeColumns' },
  ]) {
    it(`covers nothing in ${layout.name}`, async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'python', content: 'print(1)\n' });
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      await vscode.commands.executeCommand(layout.open);
      await vscode.window.showTextDocument(document, vscode.ViewColumn.One);
      await convert();
      await convert();
      const shown = vscode.window.tabGroups.all.map(({ activeTab }) => activeTab?.input);
      const texts = shown.filter((input) => input instanceof vscode.TabInputText).map(({ uri }) => uri.scheme);
      assert.ok(texts.includes('untitled') && texts.includes('slipstream'), texts.join());
      assert.equal(shown.filter((input) => input instanceof vscode.TabInputWebview).length, 1);
      await vscode.commands.executeCommand('workbench.action.editorLayoutSingle');
    });
  }

  it('keeps a changed program over its record', async () => {
    const document = await vscode.workspace.openTextDocument({ language: 'python', content: 'print(1)\n' });
    await vscode.window.showTextDocument(document);
    const { id } = await convert();
    const shown = await until('the C++', () =>
      vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'slipstream' && uri.path.startsWith(`/${id}/`)),
    );
    const editor = await vscode.window.showTextDocument(shown);
    // It is read-only until the editor has heard of the end; an edit is dropped without a word until then.
    await until('the C++ to take an edit', async () => {
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// mine\n'));
      return shown.isDirty || undefined;
    });
    assert.ok(await shown.save());
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const bytes = await vscode.workspace.fs.readFile(shown.uri);
    assert.match(Buffer.from(bytes).toString(), /^\/\/ mine\n/);
  });

  describe('with a model that another extension brings', () => {
    let answer: (progress: vscode.Progress<vscode.LanguageModelResponsePart>) => Promise<void>;
    let prompt = '';
    let registration: vscode.Disposable;

    before(() => {
      registration = vscode.lm.registerLanguageModelChatProvider('in-editor-tests', {
        provideLanguageModelChatInformation: () => [
          {
            id: 'adder',
            name: 'Adder',
            family: 'tests',
            version: '1',
            maxInputTokens: 8000,
            maxOutputTokens: 8000,
            capabilities: {},
          },
        ],
        async provideLanguageModelChatResponse(_model, messages, _options, progress) {
          const parts = messages.flatMap<unknown>(({ content }) => content);
          prompt = parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
          await answer(progress);
        },
        provideTokenCount: async () => 10,
      });
    });

    after(() => {
      registration.dispose();
    });

    async function convertWithAdder(): Promise<Evidence> {
      const chats = await vscode.lm.selectChatModels({ vendor: 'in-editor-tests' });
      assert.equal(chats.length, 1);
      await vscode.workspace
        .getConfiguration('slipstream')
        .update('model', `editor/${chats[0]?.id}`, vscode.ConfigurationTarget.Global);
      const document = await vscode.workspace.openTextDocument({ language: 'python', content: 'print(2 + 3)\n' });
      await vscode.window.showTextDocument(document);
      return convert();
    }

    it('sends it the program and takes the C++ out of its answer', async () => {
      answer = async (progress) => {
        progress.report(new vscode.LanguageModelTextPart('Here it is:\n```cpp\n'));
        progress.report(new vscode.LanguageModelTextPart(`${cpp}\`\`\`\n`));
      };
      const evidence = await convertWithAdder();
      assert.match(prompt, /print\(2 \+ 3\)/);
      assert.equal(evidence.cpp, cpp);
    });

    it('ends at once when cancelled, though the model goes on, and keeps what arrived', async () => {
      let release: () => void = () => undefined;
      const stuck = new Promise<void>((resolve) => (release = resolve));
      answer = async (progress) => {
        progress.report(new vscode.LanguageModelTextPart('```cpp\n// the beginning\n'));
        setTimeout(() => void vscode.commands.executeCommand('slipstream.cancel'), 500);
        await stuck;
      };
      const evidence = await convertWithAdder();
      release();
      assert.equal(evidence.status, 'cancelled');
      assert.match(evidence.cpp, /the beginning/);
    });
  });

  it('calls the function at the cursor on inputs, and shows the verdict above it', async () => {
    const content = 'import math\n\n\ndef area(radius: float) -> float:\n    return math.pi * radius * radius\n';
    const document = await vscode.workspace.openTextDocument({ language: 'python', content });
    const editor = await vscode.window.showTextDocument(document);
    editor.selection = new vscode.Selection(4, 6, 4, 6);
    const evidence = await convert();
    assert.equal(evidence.unit.kind, 'function');
    assert.equal(evidence.verification?.outcome, 'equal', JSON.stringify(evidence.verification ?? evidence.failure));
    assert.equal(evidence.verification.functionName, 'area');
    assert.ok(evidence.verification.inputs >= 50);
    const lens = await until('the verdict above the function', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return lenses.find(({ command }) => command?.title.startsWith('C++: equal on') === true);
    });
    assert.equal(lens.range.start.line, 3);
    const told = `C++: equal on ${evidence.verification.inputs} inputs`;
    assert.ok(lens.command);
    assert.ok(lens.command.title.startsWith(told), lens.command.title);
    await vscode.commands.executeCommand(lens.command.command, ...((lens.command.arguments ?? []) as unknown[]));
    await editor.edit((edit) => edit.insert(new vscode.Position(4, 0), '    radius += 1\n'));
    await until('no verdict above what has changed', async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
        'vscode.executeCodeLensProvider',
        document.uri,
      );
      return lenses.some(({ command }) => command?.title.startsWith('C++: ') === true) ? undefined : true;
    });
  });
});
