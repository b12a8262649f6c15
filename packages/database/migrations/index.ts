import type { Migration } from 'kysely/migration';
import * as papers from './0001-papers.ts';
import * as experiments from './0002-experiments.ts';
import * as editionNumbers from './0003-edition-numbers.ts';
import * as keptAnswers from './0004-kept-answers.ts';
import * as categoryNames from './0005-category-names.ts';
import * as lab from './0010-lab.ts';
import * as accounts from './0020-accounts.ts';
import * as votes from './0021-votes.ts';
import * as mail from './0030-mail.ts';
import * as discussion from './0040-discussion.ts';
import * as submissions from './0041-submissions.ts';
import * as library from './0042-library.ts';
import * as arrangedEditions from './0043-arranged-editions.ts';
import * as proposedOnce from './0044-proposed-once.ts';
import * as savedSearches from './0050-saved-searches.ts';
import * as topics from './0060-topics.ts';
import * as topicsFollowed from './0061-topics-followed.ts';
import * as decisions from './0070-decisions.ts';
import * as decisionWork from './0071-decision-work.ts';
import * as decisionPrograms from './0072-decision-programs.ts';

/** Every migration, in order. One that has shipped is never edited; adding one is one file and one line here. */
export const migrations: Record<string, Migration> = {
  '0001-papers': papers,
  '0002-experiments': experiments,
  '0003-edition-numbers': editionNumbers,
  '0004-kept-answers': keptAnswers,
  '0005-category-names': categoryNames,
  '0010-lab': lab,
  '0020-accounts': accounts,
  '0021-votes': votes,
  '0030-mail': mail,
  '0040-discussion': discussion,
  '0041-submissions': submissions,
  '0042-library': library,
  '0043-arranged-editions': arrangedEditions,
  '0044-proposed-once': proposedOnce,
  '0050-saved-searches': savedSearches,
  '0060-topics': topics,
  '0061-topics-followed': topicsFollowed,
  '0070-decisions': decisions,
  '0071-decision-work': decisionWork,
  '0072-decision-programs': decisionPrograms,
};
