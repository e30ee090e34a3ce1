import type { ArticleRow, HelpReaders } from '$lib/backend';
import { t } from '$lib/language';

/** Whom something is for, in words. */
export const readersWords = (readers: HelpReaders, orgName: string): string =>
  readers === 'org' ? t('For {org} alone', { org: orgName }) : { public: t('For everybody'), customers: t('For customers'), staff: t('For the team') }[readers];

/** How far an article is; "" for one that its readers have as it is. */
export const stateWords = (a: Pick<ArticleRow, 'state' | 'changing'>): string =>
  ({ draft: t('Draft'), review: t('Waits for review'), published: a.changing ? t('A change is being written') : '', retired: t('Retired') })[a.state];

/** How many it helped, as far as that is told. */
export const helpedWords = (a: Pick<ArticleRow, 'helped'>, ours: boolean): string =>
  a.helped === 0 ? '' : ours ? t('{n, plural, one {helped # person} other {helped # people}}', { n: a.helped }) : t('Helped {n} people or more', { n: a.helped });
