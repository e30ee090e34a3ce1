//go:build !race

package cache

const withRace = false
