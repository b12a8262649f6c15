import type { Message } from '@broadsheet/methods/five-layer';
import type { Completion } from '../model/answers.ts';
import type { CallPlace, Complete } from '../model/simulated-model.ts';

/** Counts the calls and tokens of a session, and which answers came. */
export class Meter {
  calls = 0;
  tokensIn = 0;
  tokensOut = 0;
  readonly couldBeRead: boolean[] = [];

  call(complete: Complete, messages: readonly Message[], place: CallPlace): Completion {
    const completion = complete(messages, place);
    this.calls += 1;
    this.tokensIn += completion.usage.in;
    this.tokensOut += completion.usage.out;
    this.couldBeRead.push(completion.finish === 'stop');
    return completion;
  }
}
