import type { Converter } from '../conversion/converter.ts';
import { Failure } from '../shared/failure.ts';

/** Stands for whoever wrote C++ that is given: the pipeline takes it in place of asking. */
export function givenConverter(label: string, writesUntrustedCode: boolean): Converter {
  return {
    id: 'given',
    label,
    canRepair: false,
    writesUntrustedCode,
    async *convert() {
      throw new Failure('internal', 'C++ that is given is not converted.');
    },
  };
}
