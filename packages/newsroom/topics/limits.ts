/** Stages without papers after which a topic is dormant: not shown, but still there to be recognised. */
export { DORMANT_AFTER } from '@broadsheet/methods/new-classes';
/** A topic is called new in this many stages from its birth on. */
export const NEW_FOR_STAGES = 3;
/** The span of "lately", and the one before it that it is compared with, in days. */
export const LATELY_DAYS = 90;
export const BEFORE_DAYS = 270;
