export { type BurstView, decideBurst, openBursts } from './bursts.ts';
export { setVote, type Vote, type VoteOutcome } from './cast.ts';
export { countWaitingVotes, exportVotes, forgetVotes } from './of-reader.ts';
export { changeVoteRule, readVoteRule, type VoteRule } from './rule.ts';
