import type { CallInfo } from '$lib/backend';
import { whenExactly } from '$lib/time';

/** "On-call engineer" within a sentence; what is written in capitals stays. */
const inSentence = (name: string): string => (/^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);

/** "the duty manager was told 02:14" */
export const toldWords = (c: CallInfo, now: Date): string =>
  c.name ? `the ${inSentence(c.name)} was told ${whenExactly(c.at, now)}` : `nobody on the path is on duty, so the leads were told ${whenExactly(c.at, now)}`;

/** "Anna Lindqvist acknowledged it 02:17" */
export const ackedBy = (c: CallInfo, now: Date): string => `${c.by} acknowledged it ${whenExactly(c.ackedAt, now)}`;
