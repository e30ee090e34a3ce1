import type { FollowInfo } from '$lib/backend';

/** What is followed, in words. */
export function followed(f: FollowInfo, ours: boolean): string {
  switch (f.what) {
    case 'service': return `Everything about ${f.name}`;
    case 'organization': return `Everything ${f.name} asks`;
    case 'copies': return ours ? 'All tickets you are in copy of' : 'All requests you are in copy of';
    default: return ours ? 'This ticket' : 'This request';
  }
}
