export { type ClaimView, claimAuthorship, claimOf, decideClaim, openClaims } from './authorship.ts';
export { decideSubmission, listSubmissions, type SubmissionView, undoDecision } from './decide.ts';
export { GuardError, guardedFetch } from './guarded-fetch.ts';
export { lookUp, parseNamed } from './look-up.ts';
export { exportSubmissions, forgetSubmissions } from './of-reader.ts';
export { isPublicAddress } from './public-address.ts';
export { changeSubmissionRule, readSubmissionRule, type SubmissionRule } from './rule.ts';
export { type Proposal, type Refusal, type Submitted, submitPaper } from './submit.ts';
