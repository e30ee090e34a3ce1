// Package run wires docketd: it opens the stores, fits them to what authority,
// hub and server ask for, and starts and stops everything in order. The
// program and every test that needs a server use it, so that a test runs what
// people run.
package run
