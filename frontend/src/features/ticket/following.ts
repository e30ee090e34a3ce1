import type { FollowInfo, FollowLevel } from '$lib/backend';

/** What is followed, in words. */
export function followed(f: FollowInfo, ours: boolean): string {
  switch (f.what) {
    case 'service': return `Everything about ${f.name}`;
    case 'organization': return `Everything ${f.name} asks`;
    case 'copies': return ours ? 'All tickets you are in copy of' : 'All requests you are in copy of';
    default: return ours ? 'This ticket' : 'This request';
  }
}

/** How much one hears, in words. */
export const levelWords: Record<FollowLevel, string> = { '': 'As usual', all: 'Everything', replies: 'Replies and ends', none: 'Nothing' };
