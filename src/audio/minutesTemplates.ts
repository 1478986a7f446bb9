import { Failure } from '../shared/failure.ts';

/** What kind of recording it is, and so what is worth writing down. */
export interface MinutesTemplate {
  readonly name: string;
  /** What the sections are, told to the model. */
  readonly sections: string;
}

const actionItems = `## Action items
- [ ] What is to be done — **NAME**, DATE [hh:mm:ss]`;

/** The templates that come with the product, by the names that the user writes. */
export const builtinTemplates: readonly MinutesTemplate[] = [
  {
    name: 'meeting',
    sections: `# Title: what the meeting was about
- **Date:** as said in the recording, else "not said"
- **People:** the names that were said, with what they are responsible for where that was said

## Summary
Three to six sentences.

## Topics
### One heading for each topic
- What was said about it, by whom [hh:mm:ss]

## Decisions
- What was decided [hh:mm:ss]

${actionItems}

## Open questions
- What was left open [hh:mm:ss]`,
  },
  {
    name: 'interview',
    sections: `# Title: who was interviewed about what
- **Date:** as said in the recording, else "not said"
- **People:** who asks and who answers, as far as names were said

## Summary
Three to six sentences.

## Questions and answers
### The question, shortened [hh:mm:ss]
The answer in two or three sentences.

## Quotations
> What is worth quoting, word for word as the transcript has it [hh:mm:ss]

${actionItems}`,
  },
  {
    name: 'lecture',
    sections: `# Title: the subject of the lecture
- **Date:** as said in the recording, else "not said"
- **Speaker:** the name if it was said, else "not said"

## Summary
Three to six sentences.

## Outline
### One heading for each part [hh:mm:ss]
- What was explained, with definitions, formulas and examples [hh:mm:ss]

## Terms
- **Term:** as it was explained [hh:mm:ss]

## Questions from the audience
- Question and answer [hh:mm:ss]

## References and homework
- What the listeners were told to read or to do [hh:mm:ss]`,
  },
  {
    name: 'voice memo',
    sections: `# Title: what the memo is about
- **Date:** as said in the recording, else "not said"

## Summary
One to three sentences.

## Notes
- Each thought in the order in which it was said [hh:mm:ss]

${actionItems}`,
  },
];

/** The template with this name: one of the user's own, else one of ours. Throws a Failure that lists what there is. */
export function findTemplate(name: string, own: Readonly<Record<string, string>> = {}): MinutesTemplate {
  const plain = (text: string): string =>
    text
      .trim()
      .toLowerCase()
      .replaceAll(/[\s_-]+/g, ' ');
  const mine = Object.entries(own).find(([it]) => plain(it) === plain(name));
  if (mine) return { name: mine[0], sections: mine[1] };
  const ours = builtinTemplates.find((it) => it.name === plain(name));
  if (ours) return ours;
  const known = [...Object.keys(own), ...builtinTemplates.map((it) => it.name)].join(', ');
  throw new Failure('invalid-input', `There is no template "${name}". Known are ${known}.`);
}
