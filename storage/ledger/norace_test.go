//go:build !race

package ledger_test

const withRace = false
