//go:build race

package server_test

// The race detector makes the largest dataset take minutes; what it is for are
// counters, which do not change under it.
const withRace = true
