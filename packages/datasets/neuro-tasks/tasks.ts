import type { Rng } from '@broadsheet/engine/stats';

/** Puts one trial into the batch; times are steps of the unstretched trial, [from, to). */
export interface TrialWriter {
  add(channel: number, from: number, to: number, value: number): void;
  /** Independent Gaussian noise at each step. */
  noise(channel: number, from: number, to: number): void;
  /** The label of the decision: choice 1 or 2. */
  decide(choice: number): void;
}

/** A task: what is drawn for a trial, and what the network sees of it. */
export interface TrialSpec {
  draw(rng: Rng): Record<string, number>;
  write(draws: Record<string, number>, trial: TrialWriter): void;
}

const DECISION = 7; // the last step
const FIXATION = 0; // channel: 1 until the decision

const sign = (choice: number) => (choice === 1 ? 1 : -1);

/** neurogym's PerceptualDecisionMaking: two noisy inputs, the stronger one is the answer. Channels fix, s1, s2. */
export const forcedChoice: TrialSpec = {
  draw: (rng) => ({ choice: rng.integer(1, 3), coherence: rng.choice([0, 6.4, 12.8, 25.6, 51.2]) }),
  write({ choice, coherence }, trial) {
    const half = (sign(choice) * coherence) / 200;
    trial.add(FIXATION, 0, DECISION, 1);
    [0.5 + half, 0.5 - half].forEach((value, i) => {
      trial.add(1 + i, 0, DECISION, value);
      trial.noise(1 + i, 0, DECISION);
    });
    trial.decide(choice);
  },
};

/** neurogym's DelayMatchSample: is the test (step 6) the sample (step 0)? 1 match, 2 not. Channels fix, s1, s2. */
export const delayedMatch: TrialSpec = {
  draw: (rng) => ({ answer: rng.integer(1, 3), sample: rng.integer(0, 2) }),
  write({ answer, sample }, trial) {
    const test = answer === 1 ? sample : 1 - sample;
    trial.add(FIXATION, 0, DECISION, 1);
    for (const [step, stimulus] of [
      [0, sample],
      [6, test],
    ]) {
      trial.add(1 + stimulus, step, step + 1, 1);
      for (const channel of [1, 2]) trial.noise(channel, step, step + 1);
    }
    trial.decide(answer);
  },
};

/**
 * neurogym's ContextDecisionMaking (before 2025: both contexts, seven inputs): two modalities, the context line says
 * which one counts. Channels fix, m1a, m1b, m2a, m2b, context 0, context 1; noise on all seven while the stimulus is on.
 */
export const contextIntegration: TrialSpec = {
  draw: (rng) => ({
    choice: rng.integer(1, 3),
    other: rng.integer(1, 3),
    context: rng.integer(0, 2),
    coherence1: rng.choice([5, 15, 50]),
    coherence2: rng.choice([5, 15, 50]),
  }),
  write({ choice, other, context, coherence1, coherence2 }, trial) {
    const choices = context === 0 ? [choice, other] : [other, choice];
    trial.add(FIXATION, 0, DECISION, 1);
    [coherence1, coherence2].forEach((coherence, modality) => {
      const half = (sign(choices[modality]) * coherence) / 200;
      trial.add(1 + 2 * modality, 0, 2, 0.5 + half);
      trial.add(2 + 2 * modality, 0, 2, 0.5 - half);
    });
    trial.add(5 + context, 0, DECISION + 1, 1);
    for (let channel = 0; channel < 7; channel++) trial.noise(channel, 0, 2);
    trial.decide(choice);
  },
};
