import type { CallInfo } from '$lib/backend';
import { t } from '$lib/language';
import { whenExactly } from '$lib/time';

/** "On-call engineer" within a sentence; what is written in capitals stays. */
const inSentence = (name: string): string => (/^\p{Lu}\p{Ll}/u.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name);

/** "the duty manager was told 02:14" */
export const toldWords = (c: CallInfo, now: Date): string =>
  c.name ? t('the {step} was told {at}', { step: inSentence(c.name), at: whenExactly(c.at, now) }) : t('nobody on the path is on duty, so the leads were told {at}', { at: whenExactly(c.at, now) });

/** "Anna Lindqvist acknowledged it 02:17" */
export const ackedBy = (c: CallInfo, now: Date): string => t('{by} acknowledged it {ackedAt}', { by: c.by, ackedAt: whenExactly(c.ackedAt, now) });
