import assert from 'node:assert/strict';
import { createAssetFolder, type AssetFolder } from '../fixtures/assetFolder.ts';
import { complaint, createCppExaminer } from '../fixtures/cppExaminer.ts';
import { rightTranslations } from '../fixtures/rightTranslations.ts';
import { seededPrograms } from '../fixtures/seededFaults.ts';

/** The whole takes minutes: `npm run bench -- verification`. Here every so manieth of them is looked at. */
const FAULTS_LOOKED_AT = 3;
const TRANSLATIONS_LOOKED_AT = 4;

describe('C++ as models write it', function () {
  this.timeout(120_000);
  let assets: AssetFolder;
  let examine: Awaited<ReturnType<typeof createCppExaminer>>;
  before(async () => {
    assets = await createAssetFolder();
    examine = await createCppExaminer(assets.path);
  });
  after(() => assets[Symbol.asyncDispose]());

  const faults = seededPrograms.flatMap((program) =>
    program.faults.map(([name, from, to]) => ({ program, name, from, to })),
  );
  const translations = [
    ...seededPrograms.map((program) => ({ program, style: 'plain', cpp: program.cpp })),
    ...rightTranslations.flatMap(({ of, style, cpp }) => {
      const program = seededPrograms.find(({ name }) => name === of);
      return program ? [{ program, style, cpp }] : [];
    }),
  ];

  it('has at least 40 faults in 12 programs, each a change of C++ that is right, and 40 translations that are right', () => {
    assert.ok(faults.length >= 40, String(faults.length));
    assert.equal(seededPrograms.length, 12);
    for (const { program, name, from } of faults) assert.ok(program.cpp.includes(from), name);
    assert.ok(translations.length >= 40, String(translations.length));
    assert.equal(translations.length, rightTranslations.length + seededPrograms.length);
  });

  for (const { program, style, cpp } of translations.filter((_, index) => index % TRANSLATIONS_LOOKED_AT === 0)) {
    it(`${program.name}, ${style}: is equal`, async () => {
      assert.equal(complaint(await examine(program, cpp)), undefined);
    });
  }
  for (const { program, name, from, to } of faults.filter((_, index) => index % FAULTS_LOOKED_AT === 0)) {
    it(`${program.name}: ${name} is caught`, async () => {
      const { verification, failure } = await examine(
        program,
        program.cpp.replace(from, () => to),
      );
      assert.ok(
        failure?.reason === 'compile-failed' || verification?.outcome === 'different',
        `${verification?.outcome}: ${verification?.notChecked.join(' ')}`,
      );
    });
  }
});
