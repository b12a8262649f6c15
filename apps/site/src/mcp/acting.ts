import { AccessError, type Acting, requireRole, requireScope, type Scope } from '@broadsheet/newsroom/accounts';
import { Problem } from '../api/problem.ts';
import { refused } from './reading-tools.ts';

/** What a tool answers. */
export type Answer = ReturnType<typeof refused> | ReturnType<typeof done>;

/** Acts for a reader whose token has a scope. What is refused is told as it is to a person. */
export async function asReader(
  acting: Acting,
  scope: Scope,
  work: (readerId: number) => Promise<Answer>,
): Promise<Answer> {
  try {
    const { id } = requireRole(acting, 'reader');
    requireScope(acting, scope);
    return await work(id);
  } catch (error) {
    if (error instanceof AccessError || error instanceof Problem) return refused(error.message);
    throw error;
  }
}

export function done(answer: Record<string, unknown>) {
  return { content: [{ type: 'text' as const, text: JSON.stringify(answer) }] };
}
