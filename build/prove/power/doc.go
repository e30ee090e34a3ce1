// Package power cuts the power: under the outbox and the drafts at every step
// and at random ones, with random parts of what was not synced kept, and under
// the cache by taking away from copies of its folder what was not synced.
package power
