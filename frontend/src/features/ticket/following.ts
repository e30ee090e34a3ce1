import type { FollowInfo, FollowLevel } from '$lib/backend';
import { t } from '$lib/language';

/** What is followed, in words. */
export function followed(f: FollowInfo, ours: boolean): string {
  switch (f.what) {
    case 'service': return t('Everything about {name}', { name: f.name });
    case 'organization': return t('Everything {name} asks', { name: f.name });
    case 'copies': return ours ? t('All tickets you are in copy of') : t('All requests you are in copy of');
    default: return ours ? t('This ticket') : t('This request');
  }
}

/** How much one hears, in words. */
export const levelWords: Record<FollowLevel, string> = { get ''() { return t('As usual'); }, get all() { return t('Everything'); }, get replies() { return t('Replies and ends'); }, get turn() { return t('On my turn'); }, get none() { return t('Nothing'); } };
